//! What people read of policies: the README's file, and what is said of it.

use tidegate::Policy;

#[test]
fn the_file_in_the_readme_is_a_policy() {
    let readme = include_str!("../../README.md");
    let (_, rest) = readme.split_once("```json\n").expect("a JSON file in the README");
    let (file, _) = rest.split_once("```").expect("its end");
    let policy = Policy::from_json(file).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(policy.to_string(), SAID);
}

#[test]
fn windows_of_a_trial_are_the_ones_that_are_told() {
    let policy = Policy::velaflows().with_window(tidegate::Span::from_secs(2)).unwrap();
    let said = policy.to_string();
    assert!(said.contains("category write: 100 requests in each 2 s by the clock\n"), "{said}");
}

const SAID: &str = "\
mine, headers of the dialect ietf
each user has limits of its own
category read: 300 requests in each 15 min by the clock; a GET is good for 5 min
category write: at most 20 requests at once, refilled with 10 each 1 s
POST PUT PATCH DELETE /**: write
every other request: read
code TOKEN_EXPIRED with 401: refresh_credentials
retries: 4 sends in all, on 429 500-599
backoff: 500 ms, 1 s, 2 s, 4 s, … up to 20 s, spread by equal jitter
a server's wait: obeyed up to 10 min, and up to 1 s more
budget of retries: 20 % of the requests in 10 s, and 100 more
breaker: opens after 5 failures in turn, for 30 s; 1 probe closes it
";
