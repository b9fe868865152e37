//! `Failure`: how a send can end without an answer.

use crate::named::named;

named! {
    /// What went wrong with a send that got no answer. Numbers are append-only.
    Failure {
        1 ConnectRefused "connect_refused" "No connection was made: refused, unreachable, or no such name."
        2 ConnectTimeout "connect_timeout" "No connection was made in time."
        3 ReadTimeout "read_timeout" "No answer came in time."
        4 Reset "reset" "The connection broke before the answer was whole."
        5 Aborted "aborted" "The caller gave it up."
        6 Tls "tls" "The peer could not be trusted."
    }
}

impl Failure {
    /// Whether nothing of the request can have reached the server.
    pub(super) const fn is_unsent(self) -> bool {
        matches!(self, Failure::ConnectRefused | Failure::ConnectTimeout | Failure::Tls)
    }
}
