//! `RateLimit-Policy` with bytes changed at random, against another parser of structured fields: what
//! one refuses the other refuses.

use sfparse::{Parser, Value};
use tidegate::{
    Field,
    retry::mix,
    wire::{Advice, Dialect},
};
use tidegate_conformance::histories;

#[test]
fn another_parser_takes_and_refuses_the_same() {
    let (mut taken, mut refused) = (0, 0);
    for history in 0..histories(100_000) {
        let draws = std::cell::Cell::new(0);
        let draw = |most: usize| {
            draws.set(draws.get() + 1);
            mix(5, history, draws.get()) as usize % most.max(1)
        };
        let mut line = LINES[draw(LINES.len())].to_vec();
        for _ in 0..draw(4) {
            let (at, byte) = (draw(line.len()), ALPHABET[draw(ALPHABET.len())]);
            match draw(3) {
                0 if at < line.len() => drop(line.remove(at)),
                1 if at < line.len() => line[at] = byte,
                _ => line.insert(at, byte),
            }
        }
        // What is around a field's value is HTTP's, and cut off.
        let text = line.trim_ascii();
        let mut advice = Advice::new(Dialect::IETF);
        let ours = advice.header(b"RateLimit-Policy", text) == Field::Read;
        // The other parser takes base64 with half of its padding; RFC 4648 does not.
        let padding = text.windows(2).any(|pair| pair == b"=:") && !ours;
        let shown = String::from_utf8_lossy(text);
        assert!(padding || ours == is_policy(text).is_some(), "history {history}: {shown}");
        taken += u64::from(ours);
        refused += u64::from(!ours);
    }
    assert!(taken > 1_000 && refused > 1_000, "{taken} taken, {refused} refused");
}

/// Whether this is a list of policies: with a name and `q`, or before draft 8 a number and `w`.
fn is_policy(line: &[u8]) -> Option<()> {
    let mut parser = Parser::new(line);
    while let Some(head) = parser.parse_list().ok()? {
        let named = match head {
            Value::String { .. } => true,
            Value::Integer(0..) => false,
            _ => return None,
        };
        let (mut q, mut w, mut qu, mut pk) = (None, None, None, None);
        while let Some((key, value)) = parser.parse_param().ok()? {
            match key {
                "q" => q = Some(value),
                "w" => w = Some(value),
                "qu" => qu = Some(value),
                "pk" => pk = Some(value),
                _ => {}
            }
        }
        let limit = !named || matches!(q, Some(Value::Integer(0..)));
        let window = matches!(w, Some(Value::Integer(1..))) || named && w.is_none();
        let unit = !named || matches!(qu, None | Some(Value::String { .. }));
        let partition = !named || matches!(pk, None | Some(Value::ByteSeq(_)));
        (limit && window && unit && partition).then_some(())?;
    }
    Some(())
}

const LINES: [&[u8]; 6] = [
    b"\"a\\\"b\";q=10;w=5;pk=:YWI=:, \"c\";q=0",
    b"\"a\";q=1;w=60;qu=\"request\", 7;w=1",
    b"\"x\";q=1;d=@-12;e=?1;f=tok/a:b;g=1.25;h=:YQ==:;*k=-3",
    b"\"x\";q=1;d=%\"a%c3%bc\", \"y\";q=1;a",
    b"10;w=1, 50;w=60 ,1000;w=3600",
    b"\"p\";q=3;pk=:YWJj:;pk=:YWJjZA==:\t,\t\"p\";q=2",
];

const ALPHABET: &[u8] = b"0123456789.,;=:\"\\ \t-+*/?@%()aqrtwzTZ~\x7f\xc2\xb5_";
