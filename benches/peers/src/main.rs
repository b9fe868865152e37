//! The Rust subjects of `cargo xtask bench`: tidegate, its peers, and floors that none can be below.
//!
//! A subject is asked for so many operations at a time and says how long they took; who asks decides how
//! often, and lets the subjects of a case take turns. See `benches/README.md` for the few words that this
//! program and its siblings in C, Python and Node answer.

mod accuracy;
mod bucket;
mod c;
mod contended;
mod floor;
mod keyed;
mod layers;
mod manual;
mod parse;
mod retry;
mod subject;

use std::{
    io::{self, BufRead, Write},
    process::ExitCode,
};

use subject::{Subject, Work};

fn main() -> ExitCode {
    let subjects: Vec<Subject> = [
        bucket::subjects(),
        contended::subjects(),
        keyed::subjects(),
        layers::subjects(),
        retry::subjects(),
        parse::subjects(),
        c::subjects(),
    ]
    .into_iter()
    .flatten()
    .collect();
    match std::env::args().nth(1).as_deref() {
        Some("list") => {
            for subject in &subjects {
                println!("{}\t{}", subject.case, subject.name);
            }
            ExitCode::SUCCESS
        }
        Some("serve") => serve(&subjects),
        Some("accuracy") => accuracy::print(),
        _ => {
            eprintln!("usage: tidegate-peers list|serve|accuracy (see benches/README.md)");
            ExitCode::from(2)
        }
    }
}

/// Answers `CASE\tSUBJECT\tTIMES` with `NANOSECONDS\tBYTES` until the input ends. The subjects of one
/// case stay; those of the case before are dropped, so that memory holds one table at a time.
fn serve(subjects: &[Subject]) -> ExitCode {
    let mut open: Vec<(&Subject, Box<dyn Work>)> = Vec::new();
    for line in io::stdin().lock().lines().map_while(Result::ok) {
        let answer = ask(subjects, &mut open, &line).unwrap_or_else(|why| format!("error\t{why}"));
        println!("{answer}");
        if io::stdout().flush().is_err() {
            return ExitCode::FAILURE;
        }
    }
    ExitCode::SUCCESS
}

fn ask<'a>(
    subjects: &'a [Subject],
    open: &mut Vec<(&'a Subject, Box<dyn Work>)>,
    line: &str,
) -> Result<String, String> {
    let mut words = line.split('\t');
    let mut word = || words.next().ok_or("CASE, SUBJECT and TIMES are needed");
    let (case, name, times) = (word()?, word()?, word()?);
    let times = times.parse().map_err(|_| format!("not a count: {times}"))?;
    open.retain(|(subject, _)| subject.case == case);
    let place = match open.iter().position(|(subject, _)| subject.name == name) {
        Some(place) => place,
        None => {
            let found =
                subjects.iter().find(|subject| subject.case == case && subject.name == name);
            let found = found.ok_or_else(|| format!("no subject {name} in {case}"))?;
            open.push((found, (found.make)()));
            open.len() - 1
        }
    };
    let work = &mut open[place].1;
    let spent = work.run(times)?;
    let bytes = work.bytes().map_or_else(|| "-".to_owned(), |bytes| format!("{bytes:.2}"));
    Ok(format!("{}\t{bytes}", spent.as_nanos()))
}
