//! `Link` headers put together of pieces that are right and wrong.

use super::draw::Draw;
use super::sheet::Sheet;

const PIECES: [&str; 26] = [
    "<",
    ">",
    ";",
    ",",
    "=",
    "\"",
    "\\",
    " ",
    "\t",
    "rel",
    "REL",
    "next",
    "Next",
    "prev",
    "a",
    "/b",
    "anchor",
    "rel=next",
    "rel=\"next\"",
    "rel=\"prev next\"",
    "</c?page=2>",
    "<>",
    "; ",
    ", ",
    "title=\"x,y;z\"",
    "é",
];

pub(super) fn random() -> String {
    let mut sheet = Sheet::new("Link headers put together at random.");
    let mut draw = Draw::new(74);
    for block in 0..30 {
        sheet.note(if block % 2 == 0 { "Links." } else { "Pieces." });
        for _ in 0..40 {
            let pieces = draw.below(14);
            let line: String = (0..pieces)
                .map(|_| {
                    if block % 2 == 1 {
                        (*draw.one_of(&PIECES)).to_owned()
                    } else {
                        link(&mut draw)
                    }
                })
                .collect();
            sheet.step(format!("link_next {line}"));
        }
    }
    sheet.finish()
}

fn link(draw: &mut Draw) -> String {
    let page = draw.below(9);
    let relation = draw.one_of(&["next", "prev", "last next", "NEXT", "nextest", ""]);
    let name = draw.one_of(&["rel", "Rel", " rel ", "rev"]);
    let value = if draw.one_in(3) && !relation.contains(' ') {
        format!("{name}={relation}")
    } else {
        format!("{name}=\"{relation}\"")
    };
    let more = *draw.one_of(&["", "; title=\"a, <b>; \\\"c\\\"\"", ";anchor=\"#x\"", "; x", "; "]);
    let end = *draw.one_of(&[", ", ",", ",,", "¶", " "]);
    if draw.one_in(2) {
        format!("</items?page={page}>; {value}{more}{end}")
    } else {
        format!("</items?page={page}>{more}; {value}{end}")
    }
}
