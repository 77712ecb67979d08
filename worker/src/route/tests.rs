use super::*;
use einwurf_protocol::openapi::{Body, Needs, operations};

#[test]
fn every_route_answers_on_its_path_and_preflight() {
    for (method, path, route) in TABLE {
        assert_eq!(target(method, path), Target::Api(*route));
        assert_eq!(target("OPTIONS", path), Target::Preflight);
    }
    assert_eq!(target("HEAD", path::MANIFEST), Target::Api(Route::Manifest));
}

#[test]
fn other_methods_are_answered_with_the_known_ones() {
    assert_eq!(target("DELETE", path::EVENTS), Target::OtherMethods("GET, HEAD, POST, OPTIONS"));
    assert_eq!(target("POST", path::MANIFEST), Target::OtherMethods("GET, HEAD, OPTIONS"));
    assert_eq!(target("DELETE", path::INBOX_MAIL), Target::OtherMethods("GET, HEAD, PUT, OPTIONS"));
    assert_eq!(target("POST", path::INBOX_PUBLICATION), Target::OtherMethods("PUT, OPTIONS"));
    assert_eq!(target("PUT", path::INVITATION), Target::OtherMethods("GET, HEAD, POST, OPTIONS"));
    assert_eq!(target("POST", path::INBOX_ATTACHMENT), Target::OtherMethods("GET, HEAD, PUT, OPTIONS"));
    assert_eq!(target("POST", path::PUSH), Target::OtherMethods("GET, HEAD, PUT, OPTIONS"));
    assert_eq!(target("GET", path::PUSH_SUBSCRIPTION), Target::OtherMethods("DELETE, PUT, OPTIONS"));
    assert_eq!(target("POST", "/index.html"), Target::OtherMethods("GET, HEAD, OPTIONS"));
}

#[test]
fn a_get_never_reaches_a_setup() {
    for path in [path::SETUP, path::SETUP_START, path::SITES, path::INVITATION_START, path::RECOVERY] {
        for method in ["GET", "HEAD"] {
            assert_eq!(target(method, path), Target::OtherMethods("POST, OPTIONS"));
        }
    }
}

#[test]
fn paths_beside_the_api_are_files_and_unknown_ones_inside_it_are_nothing() {
    for path in ["/", "/inbox", "/r/x.js", "/v10/manifest"] {
        assert_eq!(target("GET", path), Target::File, "{path}");
    }
    for path in ["/v1", "/v1/", "/v1/manifest/", "/v1/Manifest", "/v1/manifest/../relay"] {
        assert_eq!(target("GET", path), Target::Nothing, "{path}");
    }
}

#[test]
fn only_routes_with_a_body_read_one() {
    for (method, _, route) in TABLE {
        assert!(*method != "GET" || route.body_cap() == 0, "{route:?}");
    }
    assert_eq!(Route::Open.body_cap(), VISITOR_BODY_BYTES);
    assert_eq!((Route::Act.body_cap(), Route::Erase.body_cap()), (VISITOR_BODY_BYTES, 0));
    assert_eq!(Route::Setup.body_cap(), STAFF_BODY_BYTES);
    assert_eq!(Route::Publish.body_cap(), PUBLICATION_BODY_BYTES);
    assert_eq!((Route::PutPart.body_cap(), Route::PutStaffPart.body_cap()), (PART_BYTES, PART_BYTES));
}

/// The document is made of a table of its own, since nothing of it may be in the relay.
#[test]
fn the_document_has_exactly_these_routes_with_their_credentials_and_bodies() {
    let described: Vec<_> = operations().collect();
    for (method, path, route) in TABLE {
        let operation = described.iter().find(|one| (one.method, one.path) == (*method, *path));
        let operation = operation.unwrap_or_else(|| panic!("{method} {path} is not described"));
        let possession = match operation.needs {
            Needs::Session | Needs::Fresh => Needed::Session,
            Needs::Login => Needed::Login,
            _ => Needed::Nothing,
        };
        // A live connection proves it among its subprotocols, where the route looks for it by itself.
        if operation.needs != Needs::Connection {
            assert_eq!(route.possession(), possession, "{method} {path}");
        }
        let body = !matches!(operation.body, Body::Nothing);
        assert_eq!(route.body_cap() > 0, body, "{method} {path}");
        assert!(route.body_cap() == PART_BYTES || !matches!(operation.body, Body::Part), "{path}");
    }
    for operation in described {
        assert!(
            matches!(target(operation.method, operation.path), Target::Api(_)),
            "{} {} is no route",
            operation.method,
            operation.path
        );
    }
}

#[test]
fn whatever_needs_a_session_needs_the_device_too() {
    for (_, path, route) in TABLE {
        let session = path.starts_with("/v1/inbox") || path.starts_with(path::PUSH) || *path == path::LOGOUT;
        assert_eq!(route.possession() == Needed::Session, session, "{route:?}");
    }
    for route in [Route::LoginStart, Route::LoginFinish, Route::Recover] {
        assert_eq!(route.possession(), Needed::Login);
    }
}
