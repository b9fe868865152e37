//! The steps of lists that are read page by page, and of links.

use tidegate::{
    Text,
    api::{Page, PageStyle, Pages, Paging},
    wire::link_next,
};

/// The list that is read.
#[derive(Default)]
pub(crate) struct World {
    paging: Option<Paging>,
}

impl World {
    /// A verb that is not known is an error of the trace, so it panics.
    pub(crate) fn run(&mut self, verb: &str, args: &str) -> String {
        if verb == "link_next" {
            let found = link_next(args.split('¶').map(str::as_bytes));
            return found
                .map_or("-".to_owned(), |url| String::from_utf8(url.to_vec()).expect("text"));
        }
        let word: Vec<&str> = args.splitn(if verb == "page" { 3 } else { 7 }, ' ').collect();
        let number = |index: usize| match word[index] {
            "-" => None,
            word => Some(word.parse::<u32>().expect("a number")),
        };
        let text = |index: usize| if word[index] == "\"\"" { "" } else { word[index] };
        if verb == "paging" {
            let style = match word[0] {
                "number" => PageStyle::Number,
                "offset" => PageStyle::Offset,
                "cursor" => PageStyle::Cursor,
                "link" => PageStyle::Link,
                style => panic!("unknown style {style}"),
            };
            let pages = Pages {
                parameter: Text::new(text(1)),
                size: Text::new(text(2)),
                default_size: number(3).unwrap_or(0),
                max_size: number(4).unwrap_or(0),
                first: number(5).expect("a number"),
                ..Pages::new(style)
            };
            return match pages.start(number(6)) {
                Ok(paging) => show(self.paging.insert(paging)),
                Err(error) => format!("error {}", error.name()),
            };
        }
        let paging = self.paging.as_mut().expect("a list");
        let more = match word[1] {
            "yes" => Some(true),
            "no" => Some(false),
            _ => None,
        };
        let items = word[0].parse().expect("a number");
        let next = Some(text(2).as_bytes()).filter(|next| *next != b"-");
        if paging.answered(&Page { items, more, next }) { show(paging) } else { "end".to_owned() }
    }
}

fn show(paging: &Paging) -> String {
    let size = paging.size().map(|(name, size)| format!("{name}={size}"));
    let position = paging.position().map(|(name, at)| format!("{name}={at}"));
    let position = position.or_else(|| paging.cursor().map(|name| format!("{name}=")));
    [size, position].map(|part| part.unwrap_or_else(|| "-".to_owned())).join(" ")
}
