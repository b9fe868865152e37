//! Webhooks: who signed what, and when.

use napi::bindgen_prelude::BigInt;
use napi_derive::napi;
use tidegate::wire::Webhook;

use crate::{
    errors::{Answer, answer},
    values::{self, Length},
    wire::bytes,
};

/// A signature that was read and whose time is within the window. It is not believed before one of the
/// signatures is found right.
#[napi(object, object_from_js = false)]
pub(crate) struct Signed {
    /// The id of the message, where its scheme has one; a character for each byte.
    pub id: Option<String>,
    /// When it was signed, in milliseconds since 1970.
    pub time: f64,
    /// What is signed before the body; a character for each byte.
    pub prefix: String,
    /// The signatures in hexadecimal digits.
    pub signatures: Vec<String>,
}

/// What the headers of a webhook say: one with time and signatures, or those of Standard Webhooks.
#[napi]
pub(crate) fn read_webhook(
    id: Option<String>,
    timestamp: String,
    signature: String,
    window: Option<Length>,
    wall: Option<BigInt>,
) -> Answer<Signed> {
    let signature = bytes(&signature);
    let id = id.as_deref().map(bytes);
    let timestamp = bytes(&timestamp);
    let read = || {
        let webhook = match &id {
            Some(id) => Webhook::standard(id, &timestamp, &signature)?,
            None => Webhook::timestamped(&signature)?,
        };
        let window = window.as_ref().map_or(Ok(Webhook::WINDOW), values::span)?;
        webhook.check_time(values::wall(wall)?, window)?;
        Ok(Signed {
            id: webhook.id().map(characters),
            time: values::epoch(webhook.time()),
            prefix: characters(&webhook.prefix().concat()),
            signatures: webhook.signatures().map(|one| hexadecimal(&one)).collect(),
        })
    };
    answer(read())
}

/// The period in which an id is let in once, in nanoseconds: as long as a copy could be within the window.
#[napi]
pub(crate) fn webhook_seen_once(window: Option<Length>) -> Answer<BigInt> {
    let window = window.as_ref().map_or(Ok(Webhook::WINDOW), values::span);
    let quota = window.and_then(Webhook::seen_once);
    answer(quota.map(|quota| values::nanos(quota.period())))
}

fn characters(bytes: &[u8]) -> String {
    bytes.iter().copied().map(char::from).collect()
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
