//! What a member does with a conversation. The conversation object does it; here are session, capability and log.

use super::{
    Here, Incoming, Reply,
    index::{self, Own, own},
    log,
    order::{accepted, asked, order},
    session::Member,
    site,
};
use crate::{
    acts::{Acting, Voice},
    body,
    durable::Call,
    fault::Fault,
    rights::{deed, destroys},
};
use einwurf_protocol::{
    api::staff::{Deed, Exported, PostAct},
    problem::Code,
    roster::Capability,
};

/// `POST /v1/inbox/acts`.
///
/// 1. `read`: 403.
/// 2. The body: 400.
/// 3. A conversation of this site: 404, 410.
/// 4. A fresh login for what destroys something: 403.
/// 5. The conversation object does it: 201, 400, 409, 410, 423.
pub(super) async fn act(
    here: &Here<'_>,
    request: &Incoming,
    member: &Member,
    bytes: &[u8],
) -> Result<Reply, Fault> {
    // 1, 2, 3
    let (post, own) = asked(here, request, member, || body::json::<PostAct>(bytes))?;
    // 4
    if destroys(post.act.as_ref()) {
        member.must_be_fresh()?;
    }
    // 5
    let deed = deed(post.act.as_ref());
    let acting = Acting { by: voice(here, member)?, post };
    let reply = done(here, &own, member, (&[deed], Call::new("act").json(&acting)?)).await?;
    if let Some(seq) = accepted(&reply) {
        index::acted(&here.sql, &own, seq)?;
    }
    Ok(reply)
}

/// For whom the site vouches as the manifest in force says, and whose session this is.
pub(super) fn voice(here: &Here<'_>, member: &Member) -> Result<Voice, Fault> {
    let manifest = site::manifest_of(site::served(&here.sql, "manifest")?.text(0)?)?;
    let (site, former, revoked) = (manifest.site, manifest.succession.former, manifest.roster.revoked);
    Ok(Voice { member: member.id, site, former, revoked })
}

/// `POST /v1/inbox/erase`: 204, 403 without `read` and a fresh login, 404, 410, 423. Of a conversation that has ended it
/// erases what a hold keeps, and ends the hold with it.
pub(super) async fn erase(here: &Here<'_>, request: &Incoming, member: &Member) -> Result<Reply, Fault> {
    member.must(here, Capability::Read)?;
    member.must_be_fresh()?;
    let own = own(here, request)?;
    if own.erased && !own.held {
        return Err(Code::Gone.into());
    }
    let deeds = if own.held { &[Deed::Release, Deed::Erase][..] } else { &[Deed::Erase] };
    done(here, &own, member, (deeds, Call::new("erase"))).await
}

/// `POST /v1/inbox/exported`: 204, 400, 403 without `read`, 404. The app says so before it hands out a copy, also of what
/// a hold kept after a withdrawal.
pub(super) fn exported(
    here: &Here<'_>,
    request: &Incoming,
    member: &Member,
    bytes: &[u8],
) -> Result<Reply, Fault> {
    member.must(here, Capability::Read)?;
    body::version(body::json::<Exported>(bytes)?.v)?;
    log::did(&here.sql, member, own(here, request)?.cid, Deed::Export)?;
    Ok(Reply::empty())
}

/// Has the conversation object do it. It is logged before, so that nothing is done without an entry, whatever happens in
/// between; the entries of what was refused, or done and logged before, go again.
async fn done(
    here: &Here<'_>,
    own: &Own,
    member: &Member,
    (deeds, call): (&[Deed], Call),
) -> Result<Reply, Fault> {
    let entries = deeds.iter().map(|deed| log::did(&here.sql, member, own.cid, *deed));
    let entries = entries.collect::<Result<Vec<_>, _>>()?;
    // An object that did not answer may have done it: the entry stays.
    let reply = order(here, own, call).await?;
    if reply.did_nothing() {
        entries.into_iter().try_for_each(|entry| log::was_not_done(&here.sql, entry))?;
    }
    Ok(reply.once_more())
}
