//! Who a client is behind proxies, as the key of its limits.

use std::borrow::Cow;

use pyo3::{
    prelude::*,
    types::{PyByteArray, PyBytes, PyString},
};
use tidegate::{Error, wire::ClientAddress};

use crate::{
    errors,
    given::{Given, NOT},
    number, text,
};

/// The address of a client as the key of its limits: of IPv4 the whole, of IPv6 the network that one
/// customer has ("2001:db8:7:1200::/56"), and "unknown" where there is none to be read.
///
/// `peer` is the address of the connection's other end; None if it has none. `forwarded_for` is the
/// value of X-Forwarded-For, or of Forwarded (RFC 7239), or a list of them in the order in which they
/// came. It is believed from the right, for as many entries as there are `trusted_proxies` of your
/// own, the peer being the first: what stands left of them was written by the client itself. With 0
/// it counts for nothing. An entry that cannot be read ends the way there. IPv6 addresses are cut to
/// `ipv6_prefix` bits, from 32 to 128: providers give a home 56.
///
/// TidegateError (a ValueError): a prefix out of its bounds.
///
/// >>> tidegate.client_key("203.0.113.7", "6.6.6.6")
/// '203.0.113.7'
/// >>> tidegate.client_key("10.0.0.1", "6.6.6.6, 203.0.113.7", trusted_proxies=1)
/// '203.0.113.7'
/// >>> tidegate.client_key("2001:db8:7:12ff::1")
/// '2001:db8:7:1200::/56'
#[pyfunction]
#[pyo3(
    signature = (peer, forwarded_for=None, *, trusted_proxies=NOT, ipv6_prefix=NOT),
    text_signature = "(peer, forwarded_for=None, *, trusted_proxies=0, ipv6_prefix=56)"
)]
pub(crate) fn client_key(
    peer: Option<&Bound<'_, PyAny>>,
    forwarded_for: Option<&Bound<'_, PyAny>>,
    trusted_proxies: Given<'_>,
    ipv6_prefix: Given<'_>,
) -> PyResult<String> {
    let peer = peer.map_or(Ok(Cow::Borrowed(&b""[..])), |peer| text::received("peer", peer))?;
    let mut values = Vec::new();
    if let Some(given) = forwarded_for {
        values = values_of("forwarded_for", given)?;
    }
    let mut lines = Vec::new();
    for value in &values {
        lines.push(text::header("forwarded_for", value)?);
    }
    let trusted = trusted_proxies.or(0, |trusted| number::word32("trusted_proxies", trusted))?;
    let prefix = ipv6_prefix.or(ClientAddress::PREFIX, |prefix| {
        let bits =
            number::unsigned("ipv6_prefix", prefix)?.and_then(|bits| u8::try_from(bits).ok());
        bits.ok_or_else(|| errors::argument(Error::PrefixOutOfRange, "ipv6_prefix", prefix))
    })?;
    let address = ClientAddress::read(&peer, lines.iter().map(AsRef::as_ref), trusted, prefix);
    let address = address.map_err(|error| match ipv6_prefix.get() {
        Some(prefix) => errors::argument(error, "ipv6_prefix", prefix),
        None => errors::raise(error),
    })?;
    Ok(address.as_str().to_owned())
}

/// The values of a header that may come more than once.
pub(crate) fn values_of<'py>(
    name: &str,
    given: &Bound<'py, PyAny>,
) -> PyResult<Vec<Bound<'py, PyAny>>> {
    if given.is_instance_of::<PyString>()
        || given.is_instance_of::<PyBytes>()
        || given.is_instance_of::<PyByteArray>()
    {
        return Ok(vec![given.clone()]);
    }
    let wrong = |_| errors::wrong_type(name, given, "str, bytes or an iterable of them");
    given.try_iter().map_err(wrong)?.collect()
}
