//! The next page of a `Link` header (RFC 8288).

/// The reference of the first link to it.
pub fn next<'a>(lines: &[&'a str]) -> Option<&'a str> {
    lines.iter().find_map(|line| links(line).into_iter().find(|link| link.1).map(|link| link.0))
}

/// The links of a line up to where it is malformed, and whether each leads to the next page.
fn links(line: &str) -> Vec<(&str, bool)> {
    let mut links = Vec::new();
    let mut rest = line;
    loop {
        rest = rest.trim_start_matches([' ', '\t', ',']);
        let Some((reference, after)) = rest.strip_prefix('<').and_then(|rest| rest.split_once('>'))
        else {
            return links;
        };
        let Some((parameters, after)) = parameters(after) else { return links };
        let is = |name: &str, known: &str| name.eq_ignore_ascii_case(known);
        let relation = parameters.iter().find(|(name, _)| is(name, "rel"));
        let elsewhere = parameters.iter().any(|(name, _)| is(name, "anchor"));
        let next = relation.is_some_and(|(_, value)| {
            value.split([' ', '\t']).any(|one| one.eq_ignore_ascii_case("next"))
        });
        links.push((reference, next && !elsewhere && !reference.is_empty()));
        rest = after;
    }
}

type Pair = (String, String);

/// All parameters of a link, and what follows its comma.
fn parameters(text: &str) -> Option<(Vec<Pair>, &str)> {
    let blank = [' ', '\t'];
    let mut pairs = Vec::new();
    let mut rest = text.trim_start_matches(blank);
    while let Some(parameter) = rest.strip_prefix(';') {
        let end = parameter.find([';', ',', '=', '"', '<']).unwrap_or(parameter.len());
        let (name, after) = parameter.split_at(end);
        let (mut value, mut after) = (String::new(), after);
        if let Some(given) = after.strip_prefix('=') {
            let given = given.trim_start_matches(blank);
            if let Some(quoted) = given.strip_prefix('"') {
                let end = closing(quoted)?;
                quoted[..end].clone_into(&mut value);
                after = &quoted[end + 1..];
            } else {
                let end = given.find([';', ',']).unwrap_or(given.len());
                given[..end].trim_matches(blank).clone_into(&mut value);
                after = &given[end..];
            }
        }
        pairs.push((name.trim_matches(blank).to_owned(), value));
        rest = after.trim_start_matches(blank);
    }
    match rest.strip_prefix(',') {
        Some(rest) => Some((pairs, rest)),
        None => rest.is_empty().then_some((pairs, rest)),
    }
}

/// Where a quotation ends.
fn closing(text: &str) -> Option<usize> {
    let mut letters = text.char_indices();
    while let Some((at, letter)) = letters.next() {
        match letter {
            '"' => return Some(at),
            '\\' => {
                letters.next();
            }
            _ => {}
        }
    }
    None
}
