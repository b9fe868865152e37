//! Policy files: what may stand in one, as a table, and the first place where one differs from it.
//!
//! A text is read as JSON as far as it goes; then it is compared with the table in the order in which it
//! is written. What an object lacks and what does not agree within it is found at its end and told at its
//! beginning; routes and roles are compared with the rest when all is read.

use crate::reference::located::{self, Kind, Value};
use crate::reference::policy::{Limit, Policy};
use crate::reference::policy_parts::{limit, policy};
use crate::reference::policy_table::{CATEGORY, DIALECT, LIMIT, POLICY, Rule, VENDORS};
use crate::reference::policy_value::{duration, factor, list, number, parts, statuses, whole};

/// Where a file is wrong first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wrong {
    /// From 1.
    pub line: usize,
    /// In characters, from 1.
    pub column: usize,
    /// The member, as `categories[0].limits[1].per`.
    pub member: String,
}

/// Reads a policy.
///
/// # Errors
/// The first place where it is wrong.
pub fn read(text: &str) -> Result<Policy, Wrong> {
    let (value, end) = located::read(text);
    let mut check = Check { text, path: String::new(), limits: Vec::new() };
    check.value(&value, &POLICY)?;
    if let Some(end) = end {
        return Err(check.wrong(end));
    }
    let policy = policy(&value);
    for (index, route) in list(&value, "routes").enumerate() {
        let category = route.get("category").expect("it was checked");
        if !policy.categories.iter().any(|known| Some(known.name.as_str()) == category.text()) {
            return Err(check.wrong_at(category.at, &format!("routes[{index}].category")));
        }
    }
    for (index, role) in list(&value, "roles").enumerate() {
        let factor = number(role, "multiplier", 0) as u64;
        if policy.categories.iter().flat_map(|own| &own.limits).any(|limit| !limit.fits(factor)) {
            return Err(check.wrong_at(role.at, &format!("roles[{index}]")));
        }
    }
    Ok(policy)
}

/// A comparison with the table.
struct Check<'a> {
    text: &'a str,
    path: String,
    /// Of all categories so far; each once.
    limits: Vec<Limit>,
}

/// Of all categories together.
const MOST_LIMITS: usize = 12;

impl Check<'_> {
    fn wrong(&self, at: usize) -> Wrong {
        self.wrong_at(at, &self.path)
    }

    fn wrong_at(&self, at: usize, member: &str) -> Wrong {
        let (line, column) = located::place(self.text, at);
        let mut shown = String::new();
        for character in member.chars() {
            if shown.len() + character.len_utf8() > MEMBER {
                break;
            }
            shown.push(character);
        }
        Wrong { line, column, member: shown }
    }

    fn value(&mut self, value: &Value, rule: &Rule) -> Result<(), Wrong> {
        match rule {
            Rule::Object(members, agrees) => return self.object(value, members, *agrees),
            Rule::List(most, rule) => return self.list(value, *most, rule).map(drop),
            Rule::Limits => return self.limits(value),
            Rule::Categories => {
                let count = self.list(value, 8, &CATEGORY)?;
                return if count > 0 { Ok(()) } else { Err(self.wrong(value.at)) };
            }
            Rule::Dialect if !matches!(value.kind, Kind::Text(_)) => {
                return self.value(value, &DIALECT);
            }
            _ => {}
        }
        if fits(value, rule) { Ok(()) } else { Err(self.wrong(value.at)) }
    }

    fn object(
        &mut self,
        value: &Value,
        known: &[(&str, bool, Rule)],
        agrees: fn(&Value) -> bool,
    ) -> Result<(), Wrong> {
        let Kind::Object(members, broken) = &value.kind else { return Err(self.wrong(value.at)) };
        let outer = self.path.clone();
        let mut seen = Vec::new();
        for member in members {
            let name = member.name.as_deref().ok_or_else(|| self.wrong(member.at))?;
            self.path = if outer.is_empty() { name.to_owned() } else { format!("{outer}.{name}") };
            let rule = known.iter().find(|(known, ..)| *known == name);
            let (_, _, rule) = rule.ok_or_else(|| self.wrong(member.at))?;
            if seen.contains(&name) {
                return Err(self.wrong(member.at));
            }
            seen.push(name);
            match &member.value {
                Ok(inner) => self.value(inner, rule)?,
                Err(at) => return Err(self.wrong(*at)),
            }
            self.path.clone_from(&outer);
        }
        if let Some(at) = broken {
            return Err(self.wrong(*at));
        }
        let complete = known.iter().all(|(name, needed, _)| !needed || seen.contains(name));
        if complete && agrees(value) { Ok(()) } else { Err(self.wrong(value.at)) }
    }

    /// The limits of a category. Two of one name are one limit: they agree, and stand in two categories.
    fn limits(&mut self, value: &Value) -> Result<(), Wrong> {
        let mut own: Vec<String> = Vec::new();
        self.list_with(value, 3, &LIMIT, &mut |check, item| {
            let limit = limit(item);
            let named = check.limits.iter().find(|it| !it.name.is_empty() && it.name == limit.name);
            let agrees = named.is_none_or(|it| *it == limit);
            let is_new = named.is_none();
            if !agrees || own.contains(&limit.name) || is_new && check.limits.len() == MOST_LIMITS {
                return Err(check.wrong(item.at));
            }
            if !limit.name.is_empty() {
                own.push(limit.name.clone());
            }
            if is_new {
                check.limits.push(limit);
            }
            Ok(())
        })?;
        Ok(())
    }

    /// How many there are.
    fn list(&mut self, value: &Value, most: usize, rule: &Rule) -> Result<usize, Wrong> {
        self.list_with(value, most, rule, &mut |_, _| Ok(()))
    }

    /// The same, and something else for each that fits.
    fn list_with(
        &mut self,
        value: &Value,
        most: usize,
        rule: &Rule,
        each: &mut dyn FnMut(&mut Self, &Value) -> Result<(), Wrong>,
    ) -> Result<usize, Wrong> {
        let Kind::Array(items, broken) = &value.kind else { return Err(self.wrong(value.at)) };
        let outer = self.path.clone();
        for (index, item) in items.iter().enumerate() {
            if index >= most {
                return Err(self.wrong(item.at));
            }
            self.path = format!("{outer}[{index}]");
            self.value(item, rule)?;
            each(self, item)?;
            self.path.clone_from(&outer);
        }
        match broken {
            Some(at) => Err(self.wrong(*at)),
            None => Ok(items.len()),
        }
    }
}

/// Bytes of a member that are shown.
const MEMBER: usize = 79;

/// Whether a value that has no others in it fits.
fn fits(value: &Value, rule: &Rule) -> bool {
    let text = value.text();
    match rule {
        Rule::Text(most) => text.is_some_and(|text| (1..=*most).contains(&text.len())),
        Rule::Pattern => text.is_some_and(|text| text.len() <= 63 && text.starts_with('/')),
        Rule::AnyText => text.is_some(),
        Rule::OneOf(names) => text.is_some_and(|text| names.contains(&text)),
        Rule::Flag => matches!(value.kind, Kind::Flag(_)),
        Rule::Whole(least, most) => whole(value).is_some_and(|it| (*least..=*most).contains(&it)),
        Rule::Duration(least) => duration(value).is_some_and(|nanos| nanos >= *least),
        Rule::Parts(unit, most) => parts(value, *unit).is_some_and(|parts| parts <= *most),
        Rule::Spread if text.is_some() => duration(value).is_some(),
        Rule::Spread => parts(value, 1_000_000).is_some_and(|parts| parts <= 1_000_000),
        Rule::Factor => factor(value).is_some(),
        Rule::Status => statuses(value).is_some(),
        Rule::Dialect => text.is_some_and(|name| name == "plain" || VENDORS.contains(&name)),
        Rule::List(..) | Rule::Limits | Rule::Categories | Rule::Object(..) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::{Wrong, read};

    #[test]
    fn the_first_of_two_mistakes_is_told() {
        let text = "{\"name\": \"a\",\n \"categories\": [{\"name\": \"\", \"limit\": 1}]}";
        let wrong = Wrong { line: 2, column: 26, member: "categories[0].name".to_owned() };
        assert_eq!(read(text).unwrap_err(), wrong);
    }
}
