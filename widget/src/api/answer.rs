//! What the relay's reply to a message means.

use super::Reply;
use einwurf_protocol::{
    json,
    problem::{Code, Problem},
};

/// What a reply says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Read<T> {
    /// The status that belongs to the route, with the body that belongs to it.
    Done(T),
    /// A problem document.
    Problem(Box<Problem>),
    /// A 5xx, or not our protocol: somebody between us and the relay answered.
    Lost,
}

/// Reads what was made: a ticket, the acknowledgement of an event.
pub fn made<T: json::Read>(reply: &Reply) -> Read<T> {
    with(reply, 201)
}

/// Reads what was asked for.
pub fn got<T: json::Read>(reply: &Reply) -> Read<T> {
    with(reply, 200)
}

fn with<T: json::Read>(reply: &Reply, status: u16) -> Read<T> {
    if reply.status == status {
        json::from_slice(&reply.body).map_or(Read::Lost, Read::Done)
    } else {
        problem(reply)
    }
}

/// A proxy's 413 or 429 has no problem document; its status says enough.
fn problem<T>(reply: &Reply) -> Read<T> {
    if reply.status >= 500 {
        return Read::Lost;
    }
    let known: Option<Problem> = json::from_slice(&reply.body).ok();
    match (known, reply.status) {
        (Some(problem), _) => Read::Problem(Box::new(problem)),
        (None, 413) => Read::Problem(Box::new(Code::TooLarge.into())),
        (None, 429) => Read::Problem(Box::new(Code::LimitReached.into())),
        (None, _) => Read::Lost,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use einwurf_protocol::{api::visitor::Accepted, ids::Digest, time::Timestamp};

    fn reply(status: u16, body: &str) -> Reply {
        Reply { status, body: body.as_bytes().to_vec() }
    }

    #[test]
    fn only_a_201_with_its_body_is_an_acknowledgement() {
        let body = Accepted { seq: 0, digest: Digest([1; 32]), at: Timestamp(2), deleted: Timestamp(3) };
        let json = serde_json::to_string(&body).unwrap();
        assert_eq!(made::<Accepted>(&reply(201, &json)), Read::Done(body));
        for (status, text) in
            [(200, json.as_str()), (204, ""), (201, "{}"), (201, "<html>"), (302, ""), (0, "")]
        {
            assert_eq!(made::<Accepted>(&reply(status, text)), Read::Lost, "{status}");
        }
    }

    #[test]
    fn a_problem_document_is_read_and_a_5xx_is_to_be_tried_again() {
        let json = serde_json::to_string(&Problem::new(Code::KeyRetired)).unwrap();
        assert_eq!(made::<Accepted>(&reply(409, &json)), Read::Problem(Box::new(Code::KeyRetired.into())));
        assert_eq!(made::<Accepted>(&reply(503, &json)), Read::Lost);
        assert_eq!(made::<Accepted>(&reply(500, "")), Read::Lost);
    }

    #[test]
    fn a_proxy_without_problem_documents_is_understood() {
        assert_eq!(made::<Accepted>(&reply(413, "<html>")), Read::Problem(Box::new(Code::TooLarge.into())));
        assert_eq!(made::<Accepted>(&reply(429, "")), Read::Problem(Box::new(Code::LimitReached.into())));
        assert_eq!(made::<Accepted>(&reply(404, "<html>")), Read::Lost);
    }
}
