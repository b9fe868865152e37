//! Inputs of the fuzz targets that are made of the traces, every line that a trace reads, and of the
//! committed policies.

use std::{fs, path::Path};

use anyhow::Result;
use tidegate_conformance::trace;

use crate::{machine, surfaces};

/// Writes the seeds of a target into a folder, under the numbers of their order.
pub(crate) fn write(target: &str, folder: &Path) -> Result<()> {
    for (number, seed) in seeds(target)?.into_iter().enumerate() {
        fs::write(folder.join(format!("trace-{number:05}")), seed)?;
    }
    Ok(())
}

fn seeds(target: &str) -> Result<Vec<Vec<u8>>> {
    let mut seeds = Seeds { target, lines: Vec::new(), dialect: b"`??".to_vec(), all: Vec::new() };
    for folder in
        [trace::folder(), trace::folder_dialects(), trace::folder_bodies(), trace::folder_around()]
    {
        for file in trace::files(&folder)? {
            let text = fs::read_to_string(&file)?;
            for step in trace::steps(&text)? {
                seeds.step(step.verb, step.args);
            }
        }
    }
    if target == "policy" {
        for file in surfaces::sources(&machine::root().join("core/policies"), "json")? {
            seeds.all.push(fs::read(file)?);
        }
    }
    Ok(seeds.all)
}

struct Seeds<'a> {
    target: &'a str,
    /// What was told since the dialect was chosen.
    lines: Vec<String>,
    /// The first three bytes of an input of `advice`, which choose what the dialect has.
    dialect: Vec<u8>,
    all: Vec<Vec<u8>>,
}

impl Seeds<'_> {
    fn step(&mut self, verb: &str, args: &str) {
        let line = || args.replacen(' ', ":", 1);
        match (self.target, verb) {
            ("retry_after", "retry_after") => {
                let (_, value) = args.split_once(' ').unwrap_or((args, ""));
                self.all.push([value.as_bytes(), &[0xad, 2]].concat());
            }
            ("hints", "header") => self.all.push(line().into_bytes()),
            ("body", "body") => self.all.push(args.as_bytes().to_vec()),
            ("body_with", "body_with") => self.all.push(args.as_bytes().to_vec()),
            ("json", "body") => {
                // What a trace puts beside a code is one value.
                let value = args.strip_prefix(r#"{"code":"C","x":"#).unwrap_or(args);
                self.all.push(value.as_bytes().to_vec());
            }
            ("client_address", "client_address") => {
                self.all.push(args.replace('¶', "\n").into_bytes());
            }
            ("link", "link_next") => self.all.push(args.replace('¶', "\n").into_bytes()),
            ("webhook", "webhook_timestamped") => self.all.push(args.as_bytes().to_vec()),
            ("webhook", "webhook_standard") => {
                self.all.push(format!("\n{}", args.replacen(' ', "\n", 2)).into_bytes());
            }
            ("advice", "dialect") => {
                let name = args.split(' ').next().unwrap_or_default();
                let place = DIALECTS.iter().position(|known| *known == name).unwrap_or(0);
                self.dialect = vec![b'`' + place as u8, b'?', b'?'];
                self.lines.clear();
            }
            ("advice", "tell") => {
                self.lines.push(line());
                self.all.push([&self.dialect[..], line().as_bytes()].concat());
            }
            ("advice", "allowances") => {
                self.all.push([&self.dialect[..], self.lines.join("\n").as_bytes()].concat());
            }
            ("structured", "tell") => {
                let (name, value) = args.split_once(' ').unwrap_or((args, ""));
                let field = FIELDS.iter().position(|field| field.eq_ignore_ascii_case(name));
                if let Some(field) = field {
                    self.all.push([&[b'0' + field as u8], value.as_bytes()].concat());
                }
            }
            _ => {}
        }
    }
}

/// In the order of the target.
const DIALECTS: [&str; 16] = [
    "common",
    "ietf",
    "github",
    "gitlab",
    "discord",
    "shopify",
    "stripe",
    "openai",
    "anthropic",
    "reddit",
    "twitter",
    "okta",
    "slack",
    "atlassian",
    "azure",
    "aws",
];

/// In the order of the target.
const FIELDS: [&str; 3] = ["RateLimit", "RateLimit-Policy", "RateLimit-Limit"];
