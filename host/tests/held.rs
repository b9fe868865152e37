//! What `conformance/README.md` says is held by a trace or a test is: each that it names is there.

use std::path::Path;

#[test]
fn every_name_in_the_tables_is_a_trace_a_test_or_a_file() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the root");
    let readme = std::fs::read_to_string(root.join("conformance/README.md")).expect("the README");
    let (_, tables) = readme.split_once("## Faults of others").expect("the tables");
    let mut missing = Vec::new();
    let mut found = 0;
    for row in tables.lines().filter(|line| line.starts_with("| ") && !line.contains("---")) {
        let held_by = row.trim_end_matches(" |").rsplit(" | ").next().unwrap_or_default();
        let names = held_by.split('`').skip(1).step_by(2);
        // A type is named where its own test is meant.
        for name in names.filter(|name| !name.starts_with(char::is_uppercase)) {
            if stands(root, name) {
                found += 1;
            } else {
                missing.push(format!("{name} of: {row}"));
            }
        }
    }
    assert!(missing.is_empty(), "not there:\n{}", missing.join("\n"));
    assert!(found > 100, "only {found} names");
}

/// `call_delays_*` is every trace that begins so.
fn stands(root: &Path, name: &str) -> bool {
    if name.contains('/') {
        return root.join(name).exists();
    }
    let prefix = name.trim_end_matches('*');
    let is_trace = ["traces", "traces_dialects", "traces_retry", "traces_policy", "traces_around"]
        .iter()
        .any(|folder| {
            let files = std::fs::read_dir(root.join("conformance").join(folder));
            files.into_iter().flatten().flatten().any(|file| {
                let file = file.file_name().to_string_lossy().into_owned();
                let stem = file.strip_suffix(".trace").unwrap_or_default();
                if prefix == name { stem == name } else { stem.starts_with(prefix) }
            })
        });
    is_trace || root.join("host/tests").join(format!("{name}.rs")).exists()
}
