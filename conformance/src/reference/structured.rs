//! One line of a list or dictionary of structured fields (RFC 9651), member by member, in full.

/// A bare item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Item {
    /// An integer of at most fifteen digits.
    Integer(i128),
    /// A string, decoded.
    Text(String),
    /// A byte sequence: its base64 digits without padding.
    Bytes(String),
    /// Any other type.
    Other,
}

/// An item with its parameters; of two with one name the later counts.
#[derive(Clone, Debug)]
pub struct Member {
    /// The key, in a dictionary.
    pub key: Option<String>,
    /// The item; in a dictionary a key alone is a boolean.
    pub item: Item,
    /// The parameters.
    pub parameters: Vec<(String, Item)>,
}

impl Member {
    /// The value of a parameter.
    pub fn parameter(&self, name: &str) -> Option<&Item> {
        self.parameters.iter().rev().find(|(key, _)| key == name).map(|(_, item)| item)
    }
}

/// The members of a list; `None` if the line is malformed. A line of nothing has none.
pub fn list(line: &[u8]) -> Option<Vec<Member>> {
    members(line, |rest| {
        let item = item(rest)?;
        Some(Member { key: None, item, parameters: parameters(rest)? })
    })
}

/// The members of a dictionary, as they stand.
pub fn dictionary(line: &[u8]) -> Option<Vec<Member>> {
    members(line, |rest| {
        let key = key(rest)?;
        let item = if next_if(rest, '=') { item(rest)? } else { Item::Other };
        Some(Member { key: Some(key), item, parameters: parameters(rest)? })
    })
}

type Rest<'a> = std::iter::Peekable<std::str::Chars<'a>>;

fn members(line: &[u8], member: impl Fn(&mut Rest<'_>) -> Option<Member>) -> Option<Vec<Member>> {
    let text = std::str::from_utf8(line).ok()?;
    let mut rest = text.chars().peekable();
    let mut members = Vec::new();
    while rest.peek().is_some() {
        members.push(member(&mut rest)?);
        blanks(&mut rest, " \t");
        if rest.peek().is_none() {
            break;
        }
        if rest.next() != Some(',') {
            return None;
        }
        blanks(&mut rest, " \t");
        rest.peek()?;
    }
    Some(members)
}

fn parameters(rest: &mut Rest<'_>) -> Option<Vec<(String, Item)>> {
    let mut parameters = Vec::new();
    while next_if(rest, ';') {
        blanks(rest, " ");
        let key = key(rest)?;
        let item = if next_if(rest, '=') { item(rest)? } else { Item::Other };
        parameters.push((key, item));
    }
    Some(parameters)
}

fn key(rest: &mut Rest<'_>) -> Option<String> {
    let key = run(rest, |c| c.is_ascii_lowercase() || c.is_ascii_digit() || "_-.*".contains(c));
    let first = key.chars().next()?;
    (first.is_ascii_lowercase() || first == '*').then_some(key)
}

fn item(rest: &mut Rest<'_>) -> Option<Item> {
    match *rest.peek()? {
        '"' => string(rest),
        '-' | '0'..='9' => number(rest),
        ':' => bytes(rest),
        '?' => {
            rest.next();
            matches!(rest.next()?, '0' | '1').then_some(Item::Other)
        }
        '@' => {
            rest.next();
            matches!(number(rest)?, Item::Integer(_)).then_some(Item::Other)
        }
        '%' => {
            rest.next();
            display(rest)
        }
        c if c.is_ascii_alphabetic() || c == '*' => {
            run(rest, |c| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~:/".contains(c));
            Some(Item::Other)
        }
        _ => None,
    }
}

fn string(rest: &mut Rest<'_>) -> Option<Item> {
    rest.next();
    let mut text = String::new();
    loop {
        match rest.next()? {
            '"' => return Some(Item::Text(text)),
            '\\' => match rest.next()? {
                escaped @ ('"' | '\\') => text.push(escaped),
                _ => return None,
            },
            visible @ ' '..='~' => text.push(visible),
            _ => return None,
        }
    }
}

fn display(rest: &mut Rest<'_>) -> Option<Item> {
    if rest.next()? != '"' {
        return None;
    }
    let mut bytes = Vec::new();
    loop {
        match rest.next()? {
            '"' => return String::from_utf8(bytes).is_ok().then_some(Item::Other),
            '%' => {
                let code: String = [rest.next()?, rest.next()?].iter().collect();
                if code.chars().any(|digit| !"0123456789abcdef".contains(digit)) {
                    return None;
                }
                bytes.push(u8::from_str_radix(&code, 16).ok()?);
            }
            visible @ ' '..='~' => bytes.push(visible as u8),
            _ => return None,
        }
    }
}

fn number(rest: &mut Rest<'_>) -> Option<Item> {
    let sign = if next_if(rest, '-') { -1 } else { 1 };
    let whole = run(rest, |c| c.is_ascii_digit());
    if next_if(rest, '.') {
        let fraction = run(rest, |c| c.is_ascii_digit());
        let fits = matches!(whole.len(), 1..=12) && matches!(fraction.len(), 1..=3);
        return fits.then_some(Item::Other);
    }
    if !matches!(whole.len(), 1..=15) {
        return None;
    }
    Some(Item::Integer(sign * whole.parse::<i128>().ok()?))
}

fn bytes(rest: &mut Rest<'_>) -> Option<Item> {
    rest.next();
    let digits = run(rest, |c| c.is_ascii_alphanumeric() || c == '+' || c == '/');
    let padding = run(rest, |c| c == '=').len();
    // Four digits are three bytes; the last group may be two or three digits, padded or not.
    let right = match digits.len() % 4 {
        0 => padding == 0,
        2 => padding == 0 || padding == 2,
        3 => padding == 0 || padding == 1,
        _ => false,
    };
    (next_if(rest, ':') && right).then_some(Item::Bytes(digits))
}

fn next_if(rest: &mut Rest<'_>, wanted: char) -> bool {
    rest.next_if_eq(&wanted).is_some()
}

fn blanks(rest: &mut Rest<'_>, kinds: &str) {
    while rest.next_if(|c| kinds.contains(*c)).is_some() {}
}

fn run(rest: &mut Rest<'_>, is: impl Fn(char) -> bool) -> String {
    let mut run = String::new();
    while let Some(c) = rest.next_if(|c| is(*c)) {
        run.push(c);
    }
    run
}
