//! What a policy file says of categories, their limits, and who belongs where.

use super::{
    error::Problem,
    reader::{Member, Read, Reader},
};
use crate::{
    api::{
        Class, CodeRule, Limit, Method, Methods, Policy,
        describe::{Category, Role},
        list::List,
        route::Route,
    },
    text::Text,
    time::Span,
    wire::Unit,
};

/// A route whose category may come later in the file.
#[derive(Clone, Copy)]
pub(super) struct Unresolved {
    methods: Methods,
    path: Text<63>,
    category: Text<31>,
    at: usize,
}

pub(super) type Routes = heapless::Vec<Unresolved, { Policy::MAX_ROUTES }>;

pub(super) fn categories(reader: &mut Reader<'_>, policy: &mut Policy) -> Read<()> {
    let start = reader.here();
    reader.array(Policy::MAX_CATEGORIES, &mut |reader, _| {
        let mut category = Category { name: Text::EMPTY, limits: List::EMPTY, cache: None };
        reader.object(CATEGORY, 2, &mut |reader, member| {
            match member {
                "name" => category.name = reader.text()?,
                "cache" => category.cache = Some(reader.duration()?),
                _ => own_limits(reader, policy, &mut category)?,
            }
            Ok(())
        })?;
        // OK: no more are read than there is room for.
        policy.categories = policy.categories.with(category).unwrap_or(policy.categories);
        Ok(())
    })?;
    if policy.categories.len() == 0 {
        return Err(reader.problem_here(start, Problem::Expected("at least one category")));
    }
    Ok(())
}

/// The limits of a category; one that has the name of an earlier category's is that one.
fn own_limits(reader: &mut Reader<'_>, policy: &mut Policy, category: &mut Category) -> Read<()> {
    reader.array(Policy::MAX_CATEGORY_LIMITS, &mut |reader, _| {
        let start = reader.here();
        let limit = limit(reader)?;
        let index = policy.index_of(&limit);
        let known = policy.limits.get(index);
        let is_twice = category.has(index);
        if is_twice || known.is_some_and(|known| *known != limit) {
            return Err(reader.problem_here(start, Problem::NameTaken));
        }
        if known.is_none() {
            let full = || reader.problem_here(start, Problem::TooMany(Policy::MAX_LIMITS));
            policy.limits = policy.limits.with(limit).ok_or_else(full)?;
        }
        // OK: there are at most 12, and at most three in this category.
        category.limits = category.limits.with(index as u8).unwrap_or(category.limits);
        Ok(())
    })
}

/// The limits that all keys share.
pub(super) fn shared(reader: &mut Reader<'_>) -> Read<List<Limit, { Policy::MAX_SHARED }>> {
    let mut limits: List<Limit, { Policy::MAX_SHARED }> = List::EMPTY;
    reader.array(Policy::MAX_SHARED, &mut |reader, _| {
        // OK: no more are read than there is room for.
        limits = limits.with(limit(reader)?).unwrap_or(limits);
        Ok(())
    })?;
    Ok(limits)
}

fn limit(reader: &mut Reader<'_>) -> Read<Limit> {
    let start = reader.here();
    let (mut name, mut kind, mut unit) = (Text::<31>::EMPTY, 0, Unit::Requests);
    let (mut limit, mut per, mut burst) = (0, Span::ZERO, None);
    reader.object(LIMIT, 3, &mut |reader, member| {
        match member {
            "kind" => kind = reader.one_of(KINDS)?,
            "limit" => limit = reader.whole(0, 1_000_000_000, "a whole number up to 1000000000")?,
            "per" => per = reader.duration()?,
            "burst" => {
                let what = "a whole number from 1 to 4294967296";
                burst = Some(reader.whole(1, 1 << 32, what)?);
            }
            "unit" => unit = unit_of(reader.one_of(UNITS)?),
            _ => name = reader.text()?,
        }
        Ok(())
    })?;
    let name = name.as_str();
    let made = match kind {
        0 => Limit::token_bucket(name, limit, per, burst.unwrap_or(limit.max(1))),
        1 => Limit::fixed_window(name, limit, per),
        2 => Limit::first_use_window(name, limit, per),
        _ => Limit::strict_window(name, limit, per),
    };
    // A window of the wrong length is told in the words of this member, not of a trial's.
    let made = made.map_err(|error| match error {
        crate::Error::WindowOutOfRange => {
            Problem::Expected("a fixed window of whole seconds, from 1 s to 366 days")
        }
        error => Problem::OutOfRange(error),
    });
    let problem = match made {
        Ok(made) if kind == 0 || burst.is_none() => match made.of(unit) {
            Ok(made) => return Ok(made),
            Err(_) => Problem::Expected("a limit of requests, as a fixed window is"),
        },
        Ok(_) => Problem::Expected("a token_bucket, which alone has a burst"),
        Err(problem) => problem,
    };
    Err(reader.problem_here(start, problem))
}

const fn unit_of(index: usize) -> Unit {
    match index {
        0 => Unit::Requests,
        1 => Unit::Tokens,
        2 => Unit::ContentBytes,
        _ => Unit::Other,
    }
}

pub(super) fn routes(reader: &mut Reader<'_>, routes: &mut Routes) -> Read<()> {
    reader.array(Policy::MAX_ROUTES, &mut |reader, _| {
        let (mut path, mut category) = (Text::EMPTY, Text::EMPTY);
        let (mut methods, mut at) = (Methods::ALL, 0);
        reader.object(ROUTE, 2, &mut |reader, member| {
            match member {
                "path" => path = pattern(reader)?,
                "category" => {
                    at = reader.here();
                    category = reader.text()?;
                }
                _ => methods = all_methods(reader)?,
            }
            Ok(())
        })?;
        // OK: no more are read than there is room for.
        let _ = routes.push(Unresolved { methods, path, category, at });
        Ok(())
    })
}

/// The routes with the indices of their categories.
pub(super) fn resolved(reader: &Reader<'_>, routes: &Routes, policy: &mut Policy) -> Read<()> {
    for (route, Unresolved { methods, path, category, at }) in routes.iter().enumerate() {
        let index = policy.categories.iter().position(|it| it.name == *category);
        let problem = || {
            let member = Member::of(format_args!("routes[{route}].category"));
            reader.problem_at(*at, member.as_str(), Problem::NoSuchCategory)
        };
        // OK because there are at most 8 categories.
        let category = index.ok_or_else(problem)? as u8;
        let route = Route { methods: *methods, path: *path, category };
        policy.routes = policy.routes.with(route).unwrap_or(policy.routes);
    }
    Ok(())
}

/// A pattern of a path.
pub(super) fn pattern(reader: &mut Reader<'_>) -> Read<Text<63>> {
    let path: Text<63> = reader.text()?;
    if path.as_str().starts_with('/') {
        return Ok(path);
    }
    Err(reader.problem(Problem::Expected("a path, which starts with '/'")))
}

fn all_methods(reader: &mut Reader<'_>) -> Read<Methods> {
    let mut methods = Methods::of(&[]);
    reader.array(usize::MAX, &mut |reader, _| {
        let index = reader.one_of(METHODS)?;
        methods = Method::ALL.get(index).map_or(methods, |&method| methods.with(method));
        Ok(())
    })?;
    Ok(methods)
}

/// Where each role stands in the file.
pub(super) type Places = heapless::Vec<usize, { Policy::MAX_ROLES }>;

pub(super) fn roles(reader: &mut Reader<'_>, policy: &mut Policy, places: &mut Places) -> Read<()> {
    reader.array(Policy::MAX_ROLES, &mut |reader, _| {
        // OK: no more are read than there is room for, here and below.
        let _ = places.push(reader.here());
        let mut role = Role { name: Text::EMPTY, multiplier: 1 };
        reader.object(ROLE, 2, &mut |reader, member| {
            match member {
                "name" => role.name = reader.text()?,
                _ => {
                    let what = "a whole number from 1 to 1000000";
                    role.multiplier = reader.whole(1, 1_000_000, what)?;
                }
            }
            Ok(())
        })?;
        policy.roles = policy.roles.with(role).unwrap_or(policy.roles);
        Ok(())
    })
}

/// Whether every limit can be had as often as a role says: the limits may stand behind the roles.
pub(super) fn scaled(reader: &Reader<'_>, places: &Places, policy: &Policy) -> Read<()> {
    for (index, (role, at)) in policy.roles.iter().zip(places).enumerate() {
        for limit in policy.limits.iter() {
            if let Err(error) = limit.scaled(role.multiplier) {
                let member = Member::of(format_args!("roles[{index}]"));
                return Err(reader.problem_at(*at, member.as_str(), Problem::OutOfRange(error)));
            }
        }
    }
    Ok(())
}

pub(super) fn codes(reader: &mut Reader<'_>, policy: &mut Policy) -> Read<()> {
    reader.array(Policy::MAX_CODES, &mut |reader, _| {
        let mut rule = CodeRule { status: 0, code: Text::EMPTY, class: Class::Permanent };
        reader.object(CODE, 2, &mut |reader, member| {
            match member {
                "code" => rule.code = reader.text()?,
                "class" => {
                    let index = reader.one_of(CLASSES)?;
                    rule.class = Class::ALL.get(index).copied().unwrap_or(rule.class);
                }
                _ => {
                    let status = reader.count(400, 599, "a status from 400 to 599")?;
                    rule.status = status as u16; // OK because it is below 600
                }
            }
            Ok(())
        })?;
        // OK: no more are read than there is room for.
        policy.codes = policy.codes.with(rule).unwrap_or(policy.codes);
        Ok(())
    })
}

const CATEGORY: &[&str] = &["name", "limits", "cache"];
const LIMIT: &[&str] = &["kind", "limit", "per", "burst", "unit", "name"];
const KINDS: &[&str] = &["token_bucket", "fixed_window", "first_use_window", "strict_window"];
const UNITS: &[&str] = &["requests", "tokens", "content-bytes", "other"];
const ROUTE: &[&str] = &["path", "category", "methods"];
const METHODS: &[&str] = &["GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"];
const ROLE: &[&str] = &["name", "multiplier"];
const CODE: &[&str] = &["code", "class", "status"];
const CLASSES: &[&str] =
    &["permanent", "transient", "refresh_credentials", "throttled", "throttled_all"];
