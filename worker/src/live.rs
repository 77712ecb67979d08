//! What a live connection (`docs/protocol.md` section 23) asks with: the credentials stand in `Sec-WebSocket-Protocol`,
//! since a browser sends no header of its own with it, and an address must hold no secret.

use crate::fault::Fault;
use einwurf_protocol::{live::SUBPROTOCOL, problem::Code};

/// The header with our subprotocol and the credentials.
pub const PROTOCOLS: &str = "sec-websocket-protocol";

/// The credentials, `N` of them: 400 for what is no upgrade to our subprotocol, 401 for fewer or more of them.
pub fn credentials<'h, const N: usize>(
    upgrade: Option<&str>,
    protocols: Option<&'h str>,
) -> Result<[&'h str; N], Fault> {
    if !upgrade.is_some_and(|upgrade| upgrade.eq_ignore_ascii_case("websocket")) {
        return Err(Fault::header("upgrade"));
    }
    let mut offered = protocols.unwrap_or_default().split(',').map(str::trim);
    if offered.next() != Some(SUBPROTOCOL) {
        return Err(Fault::header(PROTOCOLS));
    }
    // One more than asked for is as wrong as one less.
    offered.take(N + 1).collect::<Vec<_>>().try_into().map_err(|_| Code::Unauthorized.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    const UPGRADE: Option<&str> = Some("websocket");

    fn field(upgrade: Option<&str>, protocols: Option<&str>) -> String {
        credentials::<2>(upgrade, protocols).unwrap_err().problem().field.unwrap()
    }

    #[test]
    fn the_credentials_follow_the_subprotocol() {
        for offered in ["einwurf.1, a, b", "einwurf.1,a,b", "einwurf.1 ,\ta,  b "] {
            assert_eq!(credentials(Some("WebSocket"), Some(offered)), Ok(["a", "b"]), "{offered}");
        }
        assert_eq!(credentials(UPGRADE, Some("einwurf.1, a, b, c.d.e")), Ok(["a", "b", "c.d.e"]));
    }

    #[test]
    fn what_is_no_upgrade_to_our_subprotocol_is_malformed() {
        for upgrade in [None, Some(""), Some("h2c"), Some("websocket, h2c")] {
            assert_eq!(field(upgrade, Some("einwurf.1, a, b")), "upgrade", "{upgrade:?}");
        }
        for offered in [None, Some(""), Some("a, b"), Some("einwurf.2, a, b"), Some("a, einwurf.1, b")] {
            assert_eq!(field(UPGRADE, offered), PROTOCOLS, "{offered:?}");
        }
    }

    #[test]
    fn one_credential_less_or_more_is_none() {
        for offered in ["einwurf.1", "einwurf.1, a", "einwurf.1, a, b, c", "einwurf.1, a, b, c, d"] {
            let refused = credentials::<2>(UPGRADE, Some(offered));
            assert_eq!(refused, Err(Code::Unauthorized.into()), "{offered}");
        }
    }
}
