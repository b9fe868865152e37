//! What a policy file says of categories, their limits, and who belongs where.

use super::{
    error::Problem,
    reader::{Read, Reader},
};
use crate::{
    api::{
        Limit, Method, Methods, Policy,
        describe::{Category, Class, CodeRule, Role},
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
    reader.array(&mut |reader, _| {
        let start = reader.here();
        let (mut name, mut cache) = (Text::EMPTY, None);
        let mut limits: List<Limit, { Policy::MAX_CATEGORY_LIMITS }> = List::EMPTY;
        reader.object(CATEGORY, 2, &mut |reader, member| {
            match member {
                "name" => name = reader.text()?,
                "cache" => cache = Some(reader.duration()?),
                _ => limits = all_limits(reader)?,
            }
            Ok(())
        })?;
        let mut category = Category { name, limits: List::EMPTY, cache };
        for limit in limits.iter() {
            let index = policy.index_of(limit);
            if policy.limits.get(index).is_some_and(|known| known != limit) {
                return Err(reader.problem_at(start, "limits", Problem::NameTaken));
            }
            if index == policy.limits.len() {
                policy.limits = policy.limits.with(*limit).ok_or_else(|| {
                    reader.problem_at(start, "categories", Problem::TooMany(Policy::MAX_LIMITS))
                })?;
            }
            // OK: there are at most 12, and at most three in this category.
            category.limits = category.limits.with(index as u8).unwrap_or(category.limits);
        }
        policy.categories = policy.categories.with(category).ok_or_else(|| {
            reader.problem_at(start, "categories", Problem::TooMany(Policy::MAX_CATEGORIES))
        })?;
        Ok(())
    })
}

/// A list of limits, all of `N` at most.
pub(super) fn all_limits<const N: usize>(reader: &mut Reader<'_>) -> Read<List<Limit, N>> {
    let mut limits = List::EMPTY;
    reader.array(&mut |reader, _| {
        let start = reader.here();
        let limit = limit(reader)?;
        limits = limits
            .with(limit)
            .ok_or_else(|| reader.problem_at(start, "limits", Problem::TooMany(N)))?;
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
    reader.array(&mut |reader, _| {
        let start = reader.here();
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
        let problem = Problem::TooMany(Policy::MAX_ROUTES);
        let route = Unresolved { methods, path, category, at };
        routes.push(route).map_err(|_| reader.problem_at(start, "routes", problem))
    })
}

/// The routes with the indices of their categories.
pub(super) fn resolved(reader: &Reader<'_>, routes: &Routes, policy: &mut Policy) -> Read<()> {
    for Unresolved { methods, path, category, at } in routes {
        let index = policy.categories.iter().position(|it| it.name == *category);
        let problem = || reader.problem_at(*at, "routes", Problem::NoSuchCategory);
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
    reader.array(&mut |reader, _| {
        let index = reader.one_of(METHODS)?;
        methods = Method::ALL.get(index).map_or(methods, |&method| methods.with(method));
        Ok(())
    })?;
    Ok(methods)
}

pub(super) fn roles(reader: &mut Reader<'_>, policy: &mut Policy) -> Read<()> {
    reader.array(&mut |reader, _| {
        let start = reader.here();
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
        let problem = Problem::TooMany(Policy::MAX_ROLES);
        policy.roles =
            policy.roles.with(role).ok_or_else(|| reader.problem_at(start, "roles", problem))?;
        Ok(())
    })
}

pub(super) fn codes(reader: &mut Reader<'_>, policy: &mut Policy) -> Read<()> {
    reader.array(&mut |reader, _| {
        let start = reader.here();
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
        let problem = Problem::TooMany(Policy::MAX_CODES);
        policy.codes =
            policy.codes.with(rule).ok_or_else(|| reader.problem_at(start, "codes", problem))?;
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
