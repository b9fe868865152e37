//! `tg_client_address`: who a client is behind proxies, as the key of a limit.

use core::ffi::c_char;

use tidegate::wire::ClientAddress;

use crate::{body::tg_text, caller::answer, error::OK, text::array};

/// The bits of an IPv6 address that tell customers apart, where nothing else is said: providers give a home
/// 56, and with longer prefixes one customer has as many limits as networks.
pub const TG_CLIENT_PREFIX: u8 = 56;

const _: () = assert!(TG_CLIENT_PREFIX == ClientAddress::PREFIX);

/// The address of a client, as text that is fit for a key.
#[repr(C)]
pub struct tg_client_address {
    /// An IPv4 address whole, an IPv6 address as its network ("2001:db8:7:1200::/56"), or "unknown"; ended by
    /// NUL.
    pub text: [c_char; 48],
    /// Its length without the NUL.
    pub len: usize,
    /// Whether there was an address to be read.
    pub is_known: bool,
}

/// Who asks: the peer of a connection, behind `trusted` proxies of one's own, the peer being the first of
/// them. `lines` are the values of X-Forwarded-For, or of Forwarded (RFC 7239), in the order in which they
/// came. Each proxy appends the address that it was asked by, so what stands there counts from the right, for
/// as many entries as there are trusted proxies; whatever is left of them was sent by the client itself. An
/// entry that cannot be read ends the way there, and the one nearer to us counts; with fewer entries than
/// proxies the outermost does. IPv6 addresses are cut to `prefix` bits, as TG_CLIENT_PREFIX; an IPv4 address
/// in the form of IPv6 is one of IPv4.
///
/// Returns TG_OK, also where nobody can be told; TG_ERR_PREFIX_OUT_OF_RANGE (not from 32 to 128),
/// TG_ERR_NULL_POINTER, TG_ERR_POINTER_MISALIGNED or TG_ERR_BUFFER_TOO_SHORT (an impossible length).
///
///
/// Threads: shared. Interrupts: anywhere. Cost: by length.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tg_client_address_read(
    peer: *const c_char,
    peer_len: usize,
    lines: *const tg_text,
    line_count: usize,
    trusted: u32,
    prefix: u8,
    address: *mut tg_client_address,
) -> i32 {
    // SAFETY: the caller keeps the contract of the crate.
    unsafe {
        answer(|caller| {
            let (peer, place) = (caller.bytes(peer, peer_len)?, caller.place(address)?);
            let lines = caller.texts(lines, line_count)?;
            let read = ClientAddress::read(peer, lines, trusted, prefix)?;
            let (text, len) = (array(read.as_str())?, read.as_str().len());
            place.write(tg_client_address { text, len, is_known: read.is_known() });
            Ok(OK)
        })
    }
}
