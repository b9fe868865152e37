//! Each rule of the judge, in virtual time.

use tidegate::Text;

use super::{Arrival, GATEWAY_COST_NS, GATEWAY_DEPTH, Judge, PARTIES, Ruling, Tally, Ticket};
use crate::notice::NOTICE_NS;
use Ruling::{Admitted, RefusedByCategory, RefusedByGateway};

const END: u64 = 60_000_000_000;
const MS: u64 = 1_000_000;

/// A request of the client `a` in the category `read`, which allows two a window.
fn request(at: u64, ruling: Ruling) -> Arrival<'static> {
    Arrival {
        key: "key",
        client: "a",
        request_id: None,
        category: Text::new("read"),
        ruling,
        limit: 2,
        window_end: END,
        at,
    }
}

fn arrive(judge: &mut Judge, at: u64, ruling: Ruling) -> Ticket {
    judge.arrived(&request(at, ruling))
}

fn counts(judge: &Judge) -> (u64, u64, u64, u64) {
    let Tally { requests, refused, foreseeable, early, .. } = judge.total();
    (requests, refused, foreseeable, early)
}

#[test]
fn a_client_that_had_the_whole_limit_could_have_known() {
    let mut judge = Judge::new();
    arrive(&mut judge, 0, Admitted);
    arrive(&mut judge, 0, Admitted);
    arrive(&mut judge, 0, RefusedByCategory);
    assert_eq!(counts(&judge), (3, 1, 1, 0));
}

#[test]
fn a_client_whose_rival_had_the_limit_could_not() {
    let mut judge = Judge::new();
    arrive(&mut judge, 0, Admitted);
    judge.arrived(&Arrival { client: "rival", ..request(0, Admitted) });
    arrive(&mut judge, 0, RefusedByCategory);
    assert_eq!(counts(&judge), (3, 1, 0, 0));
}

#[test]
fn the_limit_is_that_of_one_window_and_one_category() {
    let mut judge = Judge::new();
    arrive(&mut judge, 0, Admitted);
    arrive(&mut judge, 0, Admitted);
    judge.arrived(&Arrival { category: Text::new("write"), ..request(0, RefusedByCategory) });
    judge.arrived(&Arrival { window_end: 2 * END, ..request(END, RefusedByCategory) });
    assert_eq!(counts(&judge), (4, 2, 0, 0));
}

#[test]
fn a_header_counts_from_50_ms_after_it_was_written() {
    for (arrival, foreseeable) in [(NOTICE_NS - 1, 0), (NOTICE_NS, 1)] {
        let mut judge = Judge::new();
        let ticket = arrive(&mut judge, 0, Admitted);
        judge.answered(&ticket, 5, 0, None);
        arrive(&mut judge, 5 + arrival, RefusedByCategory);
        assert_eq!(counts(&judge), (2, 1, foreseeable, 0));
    }
}

#[test]
fn a_header_that_told_r_is_used_up_by_r_further_requests() {
    let mut judge = Judge::new();
    let ticket = judge.arrived(&Arrival { limit: 300, ..request(0, Admitted) });
    judge.answered(&ticket, 0, 1, None);
    let late = 2 * NOTICE_NS;
    let refused = Arrival { limit: 300, ..request(late, RefusedByCategory) };
    judge.arrived(&refused);
    assert_eq!(judge.total().foreseeable, 0, "one was said to remain");
    judge.arrived(&refused);
    assert_eq!(judge.total().foreseeable, 1);
}

#[test]
fn requests_that_arrived_before_the_answer_do_not_use_up_its_number() {
    let mut judge = Judge::new();
    let wide = Arrival { limit: 300, ..request(0, Admitted) };
    let ticket = judge.arrived(&wide);
    judge.arrived(&wide);
    judge.answered(&ticket, 0, 1, None);
    judge.arrived(&Arrival { ruling: RefusedByCategory, at: END - 1, ..wide });
    assert_eq!(judge.total().foreseeable, 0);
}

#[test]
fn a_header_of_the_last_window_tells_nothing() {
    let mut judge = Judge::new();
    let ticket = arrive(&mut judge, 0, Admitted);
    judge.answered(&ticket, 0, 0, None);
    judge.arrived(&Arrival { window_end: 2 * END, ..request(END, RefusedByCategory) });
    judge.answered(&ticket, END, 0, None);
    judge.arrived(&Arrival { window_end: 2 * END, ..request(END + 99 * MS, RefusedByCategory) });
    assert_eq!(counts(&judge), (3, 2, 0, 0));
}

#[test]
fn a_request_before_the_told_time_is_early_from_50_ms_on() {
    let until = 1_000 * MS;
    for (at, early) in [(NOTICE_NS - 1, 0), (NOTICE_NS, 1), (until - 1, 1), (until, 0)] {
        let mut judge = Judge::new();
        let ticket = arrive(&mut judge, 0, RefusedByCategory);
        judge.answered(&ticket, 0, 0, Some(until));
        arrive(&mut judge, at, Admitted);
        assert_eq!(judge.total().early, early, "{at}");
    }
}

#[test]
fn the_refused_request_itself_is_early_at_once() {
    let mut judge = Judge::new();
    let mine = Arrival { request_id: Some("r1"), ..request(0, RefusedByCategory) };
    let ticket = judge.arrived(&mine);
    judge.answered(&ticket, 0, 0, Some(1_000 * MS));
    judge.arrived(&Arrival { request_id: Some("r2"), at: 1, ..mine });
    assert_eq!(counts(&judge), (2, 2, 0, 0));
    judge.arrived(&Arrival { at: 1, ..mine });
    assert_eq!(counts(&judge), (3, 3, 1, 1), "an early refusal is foreseeable");
    judge.arrived(&Arrival { at: 1_000 * MS, ruling: Admitted, ..mine });
    assert_eq!(judge.total().early, 1);
}

#[test]
fn a_later_429_does_not_shorten_what_an_earlier_one_told() {
    let mut judge = Judge::new();
    for until in [1_000 * MS, 500 * MS] {
        let ticket = arrive(&mut judge, 0, RefusedByCategory);
        judge.answered(&ticket, 0, 0, Some(until));
    }
    arrive(&mut judge, 700 * MS, Admitted);
    assert_eq!(judge.total().early, 1);
}

#[test]
fn other_categories_clients_and_keys_are_not_told() {
    let mut judge = Judge::new();
    let ticket = arrive(&mut judge, 0, RefusedByCategory);
    judge.answered(&ticket, 0, 0, Some(END));
    let later = request(NOTICE_NS, Admitted);
    judge.arrived(&Arrival { category: Text::new("write"), ..later });
    judge.arrived(&Arrival { client: "rival", ..later });
    judge.arrived(&Arrival { key: "other", ..later });
    assert_eq!(judge.total().early, 0);
}

#[test]
fn a_gateway_tells_every_category() {
    let mut judge = Judge::new();
    let ticket = arrive(&mut judge, 0, RefusedByGateway);
    judge.answered(&ticket, 0, 1, Some(1_000 * MS));
    judge.arrived(&Arrival { category: Text::new("write"), ..request(NOTICE_NS, Admitted) });
    assert_eq!(judge.total().early, 1);
}

#[test]
fn a_gateway_is_foreseeable_only_for_who_emptied_it_alone() {
    let mut judge = Judge::new();
    let read = Arrival { limit: 99_999, ..request(0, Admitted) };
    for _ in 1..GATEWAY_DEPTH {
        judge.arrived(&read);
    }
    judge.arrived(&Arrival { ruling: RefusedByGateway, ..read });
    assert_eq!(judge.total().foreseeable, 0, "4,999 are within the limit");
    judge.arrived(&Arrival { key: "another key of this client", ..read });
    judge.arrived(&Arrival { ruling: RefusedByGateway, at: GATEWAY_COST_NS - 1, ..read });
    assert_eq!(judge.total().foreseeable, 1);
    judge.arrived(&Arrival { ruling: RefusedByGateway, at: GATEWAY_COST_NS, ..read });
    assert_eq!(judge.total().foreseeable, 1, "one has come back");
}

#[test]
fn what_the_gateway_refused_does_not_use_up_a_header() {
    let mut judge = Judge::new();
    let read = Arrival { limit: 300, ..request(0, Admitted) };
    let ticket = judge.arrived(&read);
    judge.answered(&ticket, 0, 1, None);
    judge.arrived(&Arrival { ruling: RefusedByGateway, at: NOTICE_NS, ..read });
    judge.arrived(&Arrival { ruling: RefusedByCategory, at: NOTICE_NS, ..read });
    assert_eq!(judge.total().foreseeable, 0);
}

#[test]
fn an_effect_done_again_is_a_duplicate() {
    let mut judge = Judge::new();
    let ticket = arrive(&mut judge, 0, Admitted);
    judge.effected(&ticket, Some("r1"));
    judge.effected(&ticket, Some("r2"));
    judge.effected(&ticket, None);
    judge.effected(&ticket, None);
    assert_eq!(judge.total().duplicates, 0);
    judge.effected(&ticket, Some("r1"));
    assert_eq!(judge.total().duplicates, 1);
}

#[test]
fn a_cleared_judge_forgets_requests_that_are_under_way() {
    let mut judge = Judge::new();
    let ticket = arrive(&mut judge, 0, RefusedByCategory);
    judge.clear();
    judge.answered(&ticket, 0, 0, Some(END));
    judge.effected(&ticket, Some("r1"));
    arrive(&mut judge, NOTICE_NS, RefusedByCategory);
    assert_eq!(counts(&judge), (1, 1, 0, 0));
}

#[test]
fn clients_beyond_the_memory_share_one_tally() {
    let mut judge = Judge::new();
    for number in 0..PARTIES + 3 {
        judge.arrived(&Arrival { key: &number.to_string(), ..request(0, Admitted) });
    }
    assert_eq!(judge.tallies().count(), PARTIES + 1);
    let (key, client, tally) = judge.tallies().last().unwrap();
    assert_eq!((key, client, tally.requests), ("others", "others", 3));
    assert_eq!(judge.total().requests, 10_003);
}
