//! What programs that were compiled once rely on, as text: `ffi/abi.txt`, made of the C header.
//!
//! One line for each constant, value, struct, field and function, so that whatever is lost or changed is
//! a line that is lost. The names come from the header, the numbers from the C compiler.

use std::{fmt::Write, fs};

use anyhow::{Context, Result, ensure};

use crate::{
    machine,
    step::{Step, command},
};

/// The committed description.
pub(crate) const PATH: &str = "ffi/abi.txt";

/// What a header says. `old` is what it said before: nothing of it may be missing, unless
/// `TG_ABI_VERSION` is another one.
pub(crate) fn describe(header: &str, old: &str) -> Result<String> {
    fs::write(machine::workshop("abi")?.join("tidegate.h"), header)?;
    let mut program =
        String::from("#include <stdio.h>\n#include \"tidegate.h\"\nint main(void) {\n");
    for line in questions(header, &preprocessed()?)? {
        program += &line;
    }
    program += "  return 0;\n}\n";
    let new = HEAD.to_owned() + &answers(&program)?;
    let lost = lost(old, &new);
    ensure!(
        lost.is_empty(),
        "programs rely on what is gone: raise TG_ABI_VERSION in ffi/src/abi.rs, or bring back\n  {}",
        lost.join("\n  ")
    );
    Ok(new)
}

/// The functions that a description promises, sorted.
pub(crate) fn functions(description: &str) -> Vec<&str> {
    let lines = description.lines().filter_map(|line| line.strip_prefix("function "));
    let mut names: Vec<&str> = lines.filter_map(|line| name_before(line, '(')).collect();
    names.sort_unstable();
    names
}

/// The lines of an old description that a new one of the same version does not have.
fn lost<'a>(old: &'a str, new: &str) -> Vec<&'a str> {
    let version = |text: &str| {
        let line = text.lines().find(|line| line.starts_with("constant TG_ABI_VERSION "));
        line.map(str::to_owned)
    };
    if version(old) != version(new) {
        return Vec::new();
    }
    let comment = |line: &&str| line.starts_with('#');
    old.lines().filter(|line| !comment(line) && !new.lines().any(|now| now == *line)).collect()
}

/// The header without comments and macros.
fn preprocessed() -> Result<String> {
    let mut compile = command(&machine::c_compiler()?, &machine::workshop("abi")?);
    compile.args(["-std=c11", "-E", "-P", "-ffreestanding", "tidegate.h"]);
    let output = compile.output().context("cannot run the C preprocessor")?;
    ensure!(output.status.success(), "the C preprocessor refuses tidegate.h");
    let text = String::from_utf8(output.stdout)?;
    // C11's bool is a macro; what it stands for is not what one would write.
    Ok(text.replace("_Bool", "bool"))
}

/// Statements of C that print the description, each on a line.
fn questions(header: &str, text: &str) -> Result<Vec<String>> {
    let mut lines = Vec::new();
    for line in header.lines() {
        let words: Vec<&str> = line.split_whitespace().collect();
        if let ["#define", name, number] = words[..]
            && number.parse::<u64>().is_ok()
        {
            lines.push(format!("  printf(\"constant {name} %lld\\n\", (long long){name});\n"));
        }
    }
    for declaration in declarations(text) {
        let (head, inside) = match declaration.split_once('{') {
            Some((head, inside)) => (head, inside.rsplit_once('}').map(|(inside, _)| inside)),
            None => (&*declaration, None),
        };
        let name = head.split(|c: char| !is_of_name(c)).rfind(|word| !word.is_empty());
        match (inside, name) {
            (Some(inside), Some(name)) if head.starts_with("enum tg_") => {
                // After the name C23 has a type, which -E for C11 left out.
                lines.extend(inside.split(',').filter_map(value).map(|value| {
                    format!("  printf(\"value {name} {value} %lld\\n\", (long long){value});\n")
                }));
            }
            (Some(inside), Some(name))
                if head.starts_with("typedef struct") && name.starts_with("tg_") =>
            {
                structure(name, inside, &mut lines)?;
            }
            (None, _) if declaration.contains('(') && !declaration.starts_with("typedef") => {
                let prototype = prototype(&declaration)?;
                lines.push(format!("  puts(\"function {prototype}\");\n"));
            }
            _ => {}
        }
    }
    ensure!(lines.iter().any(|line| line.contains("function ")), "tidegate.h has no function");
    Ok(lines)
}

/// The declarations of a text of C, each on one line, without attributes, assertions and what is inline.
fn declarations(text: &str) -> Vec<String> {
    let (mut all, mut one, mut depth) = (Vec::new(), String::new(), 0_u32);
    for part in text.split_inclusive([';', '{', '}']) {
        one += part;
        match part.chars().last() {
            Some('{') => depth += 1,
            Some('}') => depth = depth.saturating_sub(1),
            _ => {}
        }
        let is_inline = one.trim_start().starts_with("static inline");
        if depth == 0 && (part.ends_with(';') || (part.ends_with('}') && is_inline)) {
            let words: Vec<&str> = one.split_whitespace().collect();
            let line = without_attributes(&words.join(" "));
            if !is_inline && !line.starts_with("_Static_assert") && line.contains("tg_") {
                all.push(line);
            }
            one.clear();
        }
    }
    all
}

/// Without `__attribute__((...))`, wherever it stands.
fn without_attributes(line: &str) -> String {
    let Some((before, rest)) = line.split_once("__attribute__((") else {
        return line.trim().to_owned();
    };
    let mut depth = 2_u32;
    let end = rest.find(|c| {
        depth = match c {
            '(' => depth + 1,
            ')' => depth - 1,
            _ => depth,
        };
        depth == 0
    });
    let after = end.and_then(|end| rest.get(end + 1..)).unwrap_or_default();
    without_attributes(&format!("{before}{}", after.trim_start()))
}

/// Asks for a struct and its fields, which are plain ones, arrays or pointers.
fn structure(name: &str, inside: &str, lines: &mut Vec<String>) -> Result<()> {
    lines.push(format!(
        "  printf(\"struct {name} size %zu align %zu\\n\", sizeof({name}), _Alignof({name}));\n"
    ));
    for field in inside.split(';').map(str::trim).filter(|field| !field.is_empty()) {
        let declarator = field.split('[').next().unwrap_or(field);
        let member = declarator.rsplit(|c| !is_of_name(c)).next().unwrap_or_default();
        ensure!(!member.is_empty() && !field.contains(['(', '{']), "what is the field {field:?}?");
        let kind = field.replacen(member, "", 1);
        let kind = kind.split_whitespace().collect::<Vec<_>>().join(" ");
        lines.push(format!(
            "  printf(\"field {name}.{member} offset %zu size %zu {kind}\\n\", \
             offsetof({name}, {member}), sizeof((({name} *)0)->{member}));\n"
        ));
    }
    Ok(())
}

/// A function without the names of its parameters, which nothing depends on.
fn prototype(declaration: &str) -> Result<String> {
    let (head, rest) = declaration.split_once('(').context("no function")?;
    let parameters = rest.trim_end_matches(';').trim_end().trim_end_matches(')');
    ensure!(!parameters.contains('('), "what are the parameters of {declaration:?}?");
    let mut text = format!("{}(", head.trim());
    for (index, parameter) in parameters.split(',').enumerate() {
        let kind = parameter.trim().trim_end_matches(is_of_name).trim_end();
        // `void` alone is all name.
        let kind = if kind.is_empty() { parameter.trim() } else { kind };
        write!(text, "{}{kind}", if index > 0 { ", " } else { "" })?;
    }
    Ok(text + ")")
}

/// Compiles a program and returns what it prints.
fn answers(program: &str) -> Result<String> {
    let folder = machine::workshop("abi")?;
    fs::write(folder.join("describe.c"), program)?;
    let mut compile = command(&machine::c_compiler()?, &folder);
    compile.args(["-std=c11", "-I.", "-odescribe", "describe.c"]);
    Step::new("the ABI of the C library").run(&mut compile)?;
    let output = command(&folder.join("describe"), &folder).output()?;
    ensure!(output.status.success(), "the description of the ABI failed");
    Ok(String::from_utf8(output.stdout)?)
}

/// The name of `NAME = 3`.
fn value(text: &str) -> Option<&str> {
    text.split('=').next().map(str::trim).filter(|name| name.starts_with("TG_"))
}

/// The name that stands before the first such character.
fn name_before(line: &str, end: char) -> Option<&str> {
    line.split(end).next()?.rsplit(|c| !is_of_name(c)).next()
}

fn is_of_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

const HEAD: &str = "\
# What programs compiled against tidegate.h rely on, where pointers have 64 bits. `cargo xtask gen` writes
# it, and takes nothing away while TG_ABI_VERSION stays. Before a release that takes away, the SONAME too
# must be another one.
";

#[cfg(test)]
mod tests {
    use super::{declarations, functions, lost, prototype};

    #[test]
    fn what_is_lost_is_told_unless_the_version_is_another() {
        let old = "# words\nconstant TG_ABI_VERSION 1\nvalue a A 1\nvalue a B 2\n";
        let more = "constant TG_ABI_VERSION 1\nvalue a A 1\nvalue a B 2\nvalue a C 3\n";
        let less = "constant TG_ABI_VERSION 1\nvalue a A 1\nvalue a B 3\n";
        assert!(lost(old, more).is_empty());
        assert_eq!(lost(old, less), ["value a B 2"]);
        assert!(lost(old, &less.replace("VERSION 1", "VERSION 2")).is_empty());
    }

    #[test]
    fn declarations_are_found_whatever_is_around_them() {
        let text = "typedef struct __attribute__((aligned(8))) tg_a { int x; } tg_a;\n\
                    static inline int tg_b(void) { return 1; }\n\
                    __attribute__((warn_unused_result))\n int tg_c(struct tg_a *a,\n const int *b);\n\
                    _Static_assert(sizeof(tg_a) == 4, \"\"); typedef int other;";
        let found = declarations(text);
        assert_eq!(
            found,
            ["typedef struct tg_a { int x; } tg_a;", "int tg_c(struct tg_a *a, const int *b);"]
        );
        let prototypes = format!("function {}\n", prototype(&found[1]).unwrap());
        assert_eq!(prototypes, "function int tg_c(struct tg_a *, const int *)\n");
        assert_eq!(prototype("const char *tg_d(void);").unwrap(), "const char *tg_d(void)");
        assert_eq!(functions(&prototypes), ["tg_c"]);
    }
}
