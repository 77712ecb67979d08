//! Anna, who joins a site by invitation.

use crate::{
    admin::{Guest, Link},
    device::Device,
    http::Http,
    seed::Site,
    staff::{Staff, Who},
    world::World,
};
use anyhow::{Result, ensure};
use einwurf_protocol::roster::Capability;

/// Anna's account.
pub const ANNA: &str = "anna@fensterbau.example";
/// Anna's password.
pub const PASSWORD: &str = "neun Fenster nach Süden";
/// What a reader may do.
pub const READ: &[Capability] = &[Capability::Read];
/// What a technician may do, who signs without reading.
pub const SIGN: &[Capability] = &[Capability::Sign];

/// Whoever holds the link of an invitation.
pub fn guest<'a>(http: &'a Http, site: &'a Site, link: &Link) -> Guest<'a> {
    Guest { http, site: &site.address, secret: link.secret }
}

/// Anna at the login.
pub fn anna(site: &Site) -> Who<'_> {
    Who { account: ANNA, password: PASSWORD, ..site.who() }
}

/// Anna is invited, answers, compares the code, is taken in, and logs in.
pub fn join(world: &World, site: &Site, admin: &mut Staff, may: &[Capability]) -> Result<Staff> {
    join_over(&world.http(), site, admin, may)
}

/// The same at a relay that somebody else started.
pub fn join_over(http: &Http, site: &Site, admin: &mut Staff, may: &[Capability]) -> Result<Staff> {
    let link = admin.invite("Anna", may, None)?;
    let read_out = guest(http, site, &link).answer(ANNA, PASSWORD)?;
    let (_, shown) = admin.answered(&link)?;
    ensure!(read_out == shown, "both see one code");
    admin.accept(&link, None)?;
    Staff::login_as(http, &anna(site), &Device::new())
}
