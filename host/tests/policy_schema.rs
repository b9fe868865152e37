//! `core/policies/schema.json` says the same of policy files as the parser: it accepts what that accepts,
//! rejects what that rejects where a schema can say it, and knows the same members and names.

use std::{collections::BTreeSet, fs, path::Path};

use boon::{Compiler, SchemaIndex, Schemas};
use serde_json::Value;
use tidegate::{
    Policy,
    api::{FILES, Problem},
};

struct Schema {
    value: Value,
    schemas: Schemas,
    index: SchemaIndex,
}

impl Schema {
    fn new() -> Schema {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../core/policies/schema.json");
        let text = fs::read_to_string(path).expect("the schema is there");
        let value: Value = serde_json::from_str(&text).expect("it is JSON");
        let (mut schemas, mut compiler) = (Schemas::new(), Compiler::new());
        compiler.add_resource("schema.json", value.clone()).expect("it has a name");
        let index = compiler.compile("schema.json", &mut schemas).expect("it is a schema");
        Schema { value, schemas, index }
    }

    fn accepts(&self, value: &Value) -> bool {
        self.schemas.validate(value, self.index).is_ok()
    }

    /// The definition of this name; "" is the whole.
    fn definition(&self, name: &str) -> &Value {
        if name.is_empty() { &self.value } else { &self.value["$defs"][name] }
    }
}

#[test]
fn it_accepts_every_file() {
    let schema = Schema::new();
    for (name, text) in FILES {
        let value = serde_json::from_str(text).expect("a file is JSON");
        let valid = schema.schemas.validate(&value, schema.index);
        assert!(valid.is_ok(), "{name}: {}", valid.unwrap_err());
    }
}

#[test]
fn it_agrees_with_the_parser_on_the_corpus_of_errors() {
    let schema = Schema::new();
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../conformance/traces_policy/policy_errors_by_hand.trace");
    let corpus = fs::read_to_string(corpus).expect("the corpus is there");
    let rows = corpus.lines().filter_map(|line| line.strip_prefix("policy - 0 "));
    let (mut accepted, mut rejected, mut unsaid) = (0, 0, BTreeSet::new());
    for row in rows {
        let (text, result) = row.rsplit_once(" -> ").expect("a step has an answer");
        let text = text.replace('¶', "\n");
        // What is not JSON is nothing to a schema.
        let Ok(value) = serde_json::from_str::<Value>(&text) else { continue };
        let is_policy = Policy::from_json(&text).is_ok();
        assert_eq!(is_policy, result == "ok", "{row}");
        match (is_policy, schema.accepts(&value)) {
            (true, true) => accepted += 1,
            (false, false) => rejected += 1,
            (true, false) => panic!("the schema rejects {row}"),
            (false, true) => {
                let reason = UNSAID.iter().position(|part| row.contains(part));
                unsaid.insert(reason.unwrap_or_else(|| panic!("the schema accepts {row}")));
            }
        }
    }
    assert!(accepted >= 75 && rejected >= 200, "{accepted} accepted, {rejected} rejected");
    let unused: Vec<_> = (0..UNSAID.len()).filter(|it| !unsaid.contains(it)).collect();
    assert!(unused.is_empty(), "the schema says these: {unused:?}");
}

/// What no schema can say of the corpus: part of the row.
const UNSAID: &[&str] = &[
    // That a member comes twice.
    r#"],"name":"b"}"#,
    r#"],"n\u0061me":"b"}"#,
    r#"],"name":"s"}"#,
    r#""code":["a"],"code""#,
    // How a number is written, and that a text is one.
    "1.0,",
    "1e3",
    "-0,",
    "429.0",
    "0.0000001",
    "0.1234567890",
    "1e-1",
    ":0.0001}",
    "4.294967296",
    "4294967296/1",
    "5/0",
    "1.005",
    "18446744073709551616ns",
    "213504d",
    "500-499",
    // The bounds of a time, alone or beside another number.
    r#""per":"1ns""#,
    r#""per":"1us""#,
    r#""per":"999us""#,
    r#""per":"10ms""#,
    r#""per":"999ms""#,
    r#""per":"1500ms""#,
    r#""per":"0s""#,
    r#""per":"367d""#,
    r#""per":"366d","burst":1000"#,
    r#""limit":1,"per":"1s","burst":4294967296"#,
    r#""initial":"31s""#,
    r#""cap":"0s""#,
    r#""delays":["1m"]"#,
    r#""spread":"1m""#,
    r#""window":"999ms""#,
    r#""window":"61m""#,
    r#""window":"500ms""#,
    r#""window":"2h""#,
    // What stands elsewhere: limits of all categories, names of categories and limits, multiples of limits.
    r#"{"name":"c4","limits":[{"kind""#,
    r#"},{"name":"x","limits":[{"kind""#,
    r#""category":"x""#,
    r#""category": "R""#,
    r#""category":"s""#,
    r#""multiplier":200001"#,
    r#""multiplier":1000000"#,
    r#""multiplier":999001"#,
    r#""multiplier":2}"#,
    r#""name":"n"}]}]}"#,
];

/// For each definition a policy with a member that it does not know, in place of `?`.
const MEMBERS: &[(&str, &str)] = &[
    ("", "?"),
    ("category", r#""categories": [?]"#),
    ("limit", r#""shared": [?]"#),
    ("route", r#""routes": [?]"#),
    ("role", r#""roles": [?]"#),
    ("code", r#""codes": [?]"#),
    ("dialect", r#""dialect": ?"#),
    ("retry", r#""retry": ?"#),
    ("backoff", r#""retry": {"backoff": ?}"#),
    ("budget", r#""budget": ?"#),
    ("breaker", r#""breaker": ?"#),
    ("hedge", r#""hedge": ?"#),
    ("pages", r#""pages": ?"#),
    ("batch", r#""batches": [?]"#),
    ("body", r#""body": ?"#),
];

#[test]
fn it_knows_the_members_of_the_parser() {
    let schema = Schema::new();
    for (definition, around) in MEMBERS {
        let unknown = r#"{"unknown": 1}"#;
        let text = match *around {
            "?" => unknown.to_owned(),
            _ => format!("{{{}}}", around.replace('?', unknown)),
        };
        let Problem::UnknownMember(names) = Policy::from_json(&text).unwrap_err().problem else {
            panic!("{text} has an unknown member")
        };
        let members = schema.definition(definition)["properties"].as_object().expect("members");
        let (said, read): (BTreeSet<_>, BTreeSet<_>) =
            (members.keys().map(String::as_str).collect(), names.iter().copied().collect());
        assert_eq!(said, read, "{definition}");

        // An object without any member lacks the first that must be there, or nothing.
        let text = text.replace(unknown, "{}");
        let missing = match Policy::from_json(&text).unwrap_err().problem {
            Problem::MissingMember(name)
                if !["", "retry", "backoff", "body"].contains(definition) =>
            {
                Some(name)
            }
            _ => None,
        };
        let required = &schema.definition(definition)["required"];
        if let Some(missing) = missing {
            assert_eq!(required[0].as_str(), Some(missing), "{definition}");
        }
    }
    let definitions = schema.value["$defs"].as_object().expect("definitions");
    let objects = definitions.values().filter(|it| it["type"] == "object").count();
    assert_eq!(objects, MEMBERS.len() - 1, "every object is compared");
    for object in definitions.values().filter(|it| it["type"] == "object") {
        assert_eq!(object["additionalProperties"], false);
    }
}

/// Where each enumeration stands, and a policy with none of its names.
const NAMES: &[(&str, &str)] = &[
    ("/properties/envelope", r#""envelope": "?""#),
    ("/$defs/limit/properties/kind", r#""shared": [{"kind": "?"}]"#),
    ("/$defs/limit/properties/unit", r#""shared": [{"unit": "?"}]"#),
    ("/$defs/route/properties/methods/items", r#""routes": [{"methods": ["?"]}]"#),
    ("/$defs/code/properties/class", r#""codes": [{"class": "?"}]"#),
    ("/properties/dialect/anyOf/0", r#""dialect": "?""#),
    ("/$defs/dialect/properties/name", r#""dialect": {"name": "?"}"#),
    ("/$defs/dialect/properties/reset", r#""dialect": {"reset": "?"}"#),
    ("/$defs/backoff/properties/kind", r#""retry": {"backoff": {"kind": "?"}}"#),
    ("/$defs/backoff/properties/jitter", r#""retry": {"backoff": {"jitter": "?"}}"#),
    ("/$defs/budget/properties/kind", r#""budget": {"kind": "?"}"#),
    ("/$defs/breaker/properties/kind", r#""breaker": {"kind": "?"}"#),
    ("/$defs/pages/properties/style", r#""pages": {"style": "?"}"#),
];

#[test]
fn it_knows_the_names_of_the_parser() {
    let schema = Schema::new();
    for (pointer, member) in NAMES {
        let text = format!("{{{member}}}");
        let Problem::OneOf(names) = Policy::from_json(&text).unwrap_err().problem else {
            panic!("{text} has none of the names")
        };
        let said = schema.value.pointer(pointer).expect("the enumeration is there");
        let said: Vec<_> =
            said["enum"].as_array().expect("an enumeration").iter().map(|it| it.as_str()).collect();
        assert_eq!(said, names.iter().map(|&name| Some(name)).collect::<Vec<_>>(), "{pointer}");
    }
    assert_eq!(count_enumerations(&schema.value), NAMES.len(), "every enumeration is compared");
}

/// Those that say what a text may be; a condition names no type.
fn count_enumerations(value: &Value) -> usize {
    match value {
        Value::Object(members) => {
            let here = members.contains_key("enum") && members.contains_key("type");
            usize::from(here) + members.values().map(count_enumerations).sum::<usize>()
        }
        Value::Array(items) => items.iter().map(count_enumerations).sum(),
        _ => 0,
    }
}
