//! `Judge`: which refusals a client could have foreseen, and which requests came before the time
//! that it had been told.
//!
//! The judge has no clock and decides nothing: it is told what happened, in wall nanoseconds, and
//! counts. It deliberately shares no code with the limits it judges by.
//!
//! A request is *early* when a 429 had told its client to stay away until later:
//!
//! * by the same `X-Request-Id`: the refused request itself came again; or
//! * by (key, category), for a gateway's 429 by key alone, from 50 ms after that 429 was written.
//!
//! A refusal is *foreseeable* when its client could have known:
//!
//! * by the documented limits: the client alone has had the whole limit of this window, or has
//!   emptied the gateway's bucket alone;
//! * by headers: an answer of this window, written at least 50 ms before, told `Remaining: r`, and
//!   the client has had `r` further requests arrive since; or
//! * because the request is early.
//!
//! A *duplicate* is an effect that was done again for the same logical request.

use crate::{notice::Notices, recent::Recent};
use std::collections::HashMap;
use tidegate::Text;

/// One request that arrived, with what the limits decided.
#[derive(Clone, Copy, Debug)]
pub struct Arrival<'a> {
    /// The user or token.
    pub key: &'a str,
    /// Which client of that key.
    pub client: &'a str,
    /// What the attempts of one logical request have in common.
    pub request_id: Option<&'a str>,
    /// The category that was charged.
    pub category: Text<31>,
    /// What was decided.
    pub ruling: Ruling,
    /// The category's limit for this key.
    pub limit: u64,
    /// The end of the window in which it was counted.
    pub window_end: u64,
    /// When it arrived.
    pub at: u64,
}

/// What the limits decided about a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ruling {
    /// Carried out.
    Admitted,
    /// Refused by the window of its category.
    RefusedByCategory,
    /// Refused by the gateway, whatever its category.
    RefusedByGateway,
}

/// What one client did under one key.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Requests that arrived.
    pub requests: u64,
    /// Requests that were refused.
    pub refused: u64,
    /// Refusals that the client could have foreseen.
    pub foreseeable: u64,
    /// Requests that came before the time that a 429 had told.
    pub early: u64,
    /// Effects that were done again for the same logical request.
    pub duplicates: u64,
}

/// Refers to one request that arrived, for what happens to it later.
#[derive(Debug)]
pub struct Ticket {
    epoch: u64,
    party: usize,
    category: Text<31>,
    window_end: u64,
    ruling: Ruling,
    request_id: Option<String>,
}

/// Counts what clients do, per (key, client).
#[derive(Debug, Default)]
pub struct Judge {
    epoch: u64,
    places: HashMap<(String, String), usize>,
    parties: Vec<Party>,
    gateways: HashMap<String, Gateway>,
}

impl Judge {
    /// A judge who has seen nothing.
    pub fn new() -> Judge {
        Judge::default()
    }

    /// Counts a request. The ticket is for its answer and its effect.
    pub fn arrived(&mut self, arrival: &Arrival<'_>) -> Ticket {
        let place = self.place(arrival);
        let party = &mut self.parties[place];
        let gateway = self.gateways.entry(party.client.clone()).or_default();
        let early = party.early(arrival);
        let foreseeable = match arrival.ruling {
            Ruling::Admitted => false,
            Ruling::RefusedByCategory => early || party.slot(arrival).exhausted(arrival),
            Ruling::RefusedByGateway => early || gateway.exhausted(arrival.at),
        };
        let slot = party.slot(arrival);
        slot.arrivals += u64::from(arrival.ruling != Ruling::RefusedByGateway);
        if arrival.ruling == Ruling::Admitted {
            slot.admitted += 1;
            gateway.charge(arrival.at);
        }
        let tally = &mut party.tally;
        tally.requests += 1;
        tally.refused += u64::from(arrival.ruling != Ruling::Admitted);
        tally.foreseeable += u64::from(foreseeable);
        tally.early += u64::from(early);
        Ticket {
            epoch: self.epoch,
            party: place,
            category: arrival.category,
            window_end: arrival.window_end,
            ruling: arrival.ruling,
            request_id: arrival.request_id.map(str::to_owned),
        }
    }

    /// Notes what the answer, written at `at`, told: how much remains of the window and, on a
    /// refusal, the instant before which the client must not come again.
    pub fn answered(&mut self, ticket: &Ticket, at: u64, remaining: u64, until: Option<u64>) {
        let Some(party) = self.party(ticket) else { return };
        let slot = party.slots.entry(ticket.category).or_default();
        if slot.window_end == ticket.window_end {
            slot.remaining.tell(at, slot.arrivals.saturating_add(remaining));
        }
        let Some(until) = until else { return };
        match ticket.ruling {
            Ruling::RefusedByGateway => party.told.tell(at, until),
            _ => slot.told.tell(at, until),
        }
        if let Some(request_id) = &ticket.request_id {
            party.refused.insert(request_id.clone(), until);
        }
    }

    /// Notes that a request that is not idempotent had its effect. `identity` is what its attempts
    /// have in common; without one no repetition can be recognised.
    pub fn effected(&mut self, ticket: &Ticket, identity: Option<&str>) {
        if let (Some(party), Some(identity)) = (self.party(ticket), identity) {
            let again = party.effects.insert(identity.to_owned(), ()).is_some();
            party.tally.duplicates += u64::from(again);
        }
    }

    /// Every (key, client) with its tally, in the order of their first requests.
    pub fn tallies(&self) -> impl Iterator<Item = (&str, &str, Tally)> {
        self.parties.iter().map(|party| (&*party.key, &*party.client, party.tally))
    }

    /// The sum over all keys and clients.
    pub fn total(&self) -> Tally {
        self.parties.iter().fold(Tally::default(), |sum, Party { tally, .. }| Tally {
            requests: sum.requests + tally.requests,
            refused: sum.refused + tally.refused,
            foreseeable: sum.foreseeable + tally.foreseeable,
            early: sum.early + tally.early,
            duplicates: sum.duplicates + tally.duplicates,
        })
    }

    /// Forgets everything. Requests that are still unanswered are forgotten too.
    pub fn clear(&mut self) {
        *self = Judge { epoch: self.epoch + 1, ..Judge::default() };
    }

    fn party(&mut self, ticket: &Ticket) -> Option<&mut Party> {
        (ticket.epoch == self.epoch).then(|| &mut self.parties[ticket.party])
    }

    /// The party's index; beyond [`PARTIES`] all newcomers share one.
    fn place(&mut self, arrival: &Arrival<'_>) -> usize {
        let name = (arrival.key.to_owned(), arrival.client.to_owned());
        if let Some(&place) = self.places.get(&name) {
            return place;
        }
        if self.parties.len() > PARTIES {
            return PARTIES;
        }
        let others = self.parties.len() == PARTIES;
        let (key, client) = if others { ("others".into(), "others".into()) } else { name.clone() };
        self.parties.push(Party::new(key, client));
        let place = self.parties.len() - 1;
        if !others {
            self.places.insert(name, place);
        }
        place
    }
}

#[derive(Debug)]
struct Party {
    key: String,
    client: String,
    tally: Tally,
    slots: HashMap<Text<31>, Slot>,
    told: Notices,
    refused: Recent<String, u64>,
    effects: Recent<String, ()>,
}

impl Party {
    fn new(key: String, client: String) -> Party {
        Party {
            key,
            client,
            tally: Tally::default(),
            slots: HashMap::new(),
            told: Notices::new(Ord::max),
            refused: Recent::new(REMEMBERED),
            effects: Recent::new(REMEMBERED),
        }
    }

    fn early(&mut self, arrival: &Arrival<'_>) -> bool {
        let told = [
            self.told.known(arrival.at),
            self.slot(arrival).told.known(arrival.at),
            arrival.request_id.and_then(|id| self.refused.get(&id.to_owned()).copied()),
        ];
        told.into_iter().flatten().any(|until| arrival.at < until)
    }

    /// The category's counts, those of the arrival's window.
    fn slot(&mut self, arrival: &Arrival<'_>) -> &mut Slot {
        let slot = self.slots.entry(arrival.category).or_default();
        if slot.window_end != arrival.window_end {
            slot.window_end = arrival.window_end;
            (slot.arrivals, slot.admitted) = (0, 0);
            slot.remaining.clear();
        }
        slot
    }
}

/// One category of one party. All but `told` is of one window.
#[derive(Debug)]
struct Slot {
    window_end: u64,
    arrivals: u64,
    admitted: u64,
    /// The number of arrivals at which the client knew that nothing would remain.
    remaining: Notices,
    told: Notices,
}

impl Default for Slot {
    fn default() -> Slot {
        let (remaining, told) = (Notices::new(Ord::min), Notices::new(Ord::max));
        Slot { window_end: 0, arrivals: 0, admitted: 0, remaining, told }
    }
}

impl Slot {
    fn exhausted(&mut self, arrival: &Arrival<'_>) -> bool {
        self.admitted >= arrival.limit
            || self.remaining.known(arrival.at).is_some_and(|last| self.arrivals >= last)
    }
}

/// The gateway's bucket as if this client had it alone: when it would be full again.
#[derive(Debug, Default)]
struct Gateway {
    full_at: u64,
}

impl Gateway {
    fn charge(&mut self, at: u64) {
        self.full_at = self.full_at.max(at) + GATEWAY_COST_NS;
    }

    fn exhausted(&self, at: u64) -> bool {
        self.full_at.max(at) + GATEWAY_COST_NS > at + GATEWAY_DEPTH * GATEWAY_COST_NS
    }
}

/// 5,000 requests a second, and as many at once (StackFlow, "API Gateway").
const GATEWAY_COST_NS: u64 = 200_000;
const GATEWAY_DEPTH: u64 = 5_000;

/// Bounds of what is remembered, so that no client can fill the memory.
const PARTIES: usize = 10_000;
const REMEMBERED: usize = 20_000;

#[cfg(test)]
mod tests;
