//! The door: every request comes in and every answer goes out here. It reads no client address, no geo data and no user
//! agent, and it logs nothing of a request.

mod api;
mod files;
mod live;
mod read;
mod toll;

use crate::{
    config::Config,
    durable::{Reply, config},
    fault::Fault,
    headers::{self, Class},
    live::PROTOCOLS,
    route::{Route, Target, target},
};
use einwurf_protocol::{live::SUBPROTOCOL, problem::Code};
use std::{cell::RefCell, rc::Rc};
use worker::{Env, Headers, Request, Response, ResponseBody, web_sys};

/// The macro's output does not keep our lints.
mod entry {
    #![allow(
        missing_docs,
        unreachable_pub,
        clippy::pedantic,
        clippy::expect_used,
        reason = "output of the macro"
    )]
    use worker::*;

    #[event(fetch)]
    async fn fetch(req: Request, env: Env, _context: Context) -> Result<Response> {
        super::answer(req, env).await
    }
}

/// Any request.
///
/// 1. A wrong configuration answers nothing: 503.
/// 2. Where it goes: 404, 405.
/// 3. The answer gets the headers of its class.
/// 4. `HEAD` gets no body.
async fn answer(mut request: Request, env: Env) -> worker::Result<Response> {
    let method = request.method().to_string();
    // 1
    let config = match config(&env) {
        Ok(config) => config,
        Err(fault) => return dress(Reply::problem(fault).into_response()?, Class::Api, false, &[]),
    };
    // 2
    let (response, class, more) = match go(&mut request, &env, &config, &method).await {
        Ok(answer) => answer,
        Err(error) => {
            let fault = Fault::Unavailable(format!("edge: {error}"));
            (Reply::problem(fault).into_response()?, Class::Api, Extra::new())
        }
    };
    // 3
    let response = dress(response, class, config.is_https(), &more)?;
    // 4
    if method == "HEAD" { Ok(bare(response)) } else { Ok(response) }
}

type Extra = Vec<(&'static str, String)>;

async fn go(
    request: &mut Request,
    env: &Env,
    config: &Rc<Config>,
    method: &str,
) -> worker::Result<(Response, Class, Extra)> {
    let path = request.path();
    let problem = |code: Code| Reply::problem(Fault::from(code)).into_response();
    Ok(match target(method, &path) {
        // Of the API, but a file: nothing about it is worth code in the relay.
        Target::Api(Route::Openapi) => {
            let (response, _, more) = files::answer(&path, request, env, config).await?;
            (response, Class::Api, more)
        }
        Target::Api(route) => {
            let answered = api::answer(route, request, env, config).await;
            (answered.or_else(|fault| Reply::problem(fault).into_response())?, Class::Api, Extra::new())
        }
        Target::File => files::answer(&path, request, env, config).await?,
        Target::Preflight => (Reply::empty().into_response()?, Class::Api, headers::preflight().into()),
        Target::OtherMethods(allow) => {
            (problem(Code::MethodNotAllowed)?, Class::Api, vec![("allow", allow.to_owned())])
        }
        Target::Nothing => (problem(Code::NotFound)?, Class::Api, Extra::new()),
    })
}

/// The answer with its class's headers and nothing of what other parts set besides type and encoding. One that switches
/// protocols keeps its connection.
fn dress(response: Response, class: Class, https: bool, more: &[(&str, String)]) -> worker::Result<Response> {
    let dressed = of_class(class, https)?;
    for name in ["content-type", "content-encoding", "retry-after"] {
        if let Some(value) = response.headers().get(name)? {
            dressed.set(name, &value)?;
        }
    }
    for (name, value) in more {
        dressed.set(name, value)?;
    }
    if response.status_code() == 101 {
        dressed.set(PROTOCOLS, SUBPROTOCOL)?;
    }
    let encode = *response.encode_body();
    let (builder, body) = response.into_parts();
    Ok(builder.with_headers(dressed).with_encode_body(encode).body(body))
}

thread_local! {
    /// Headers of each class that was asked for: they are the same for every answer, and copying costs less than setting.
    static CLASSES: RefCell<Vec<((Class, bool), web_sys::Headers)>> = const { RefCell::new(Vec::new()) };
}

fn of_class(class: Class, https: bool) -> worker::Result<Headers> {
    let known = CLASSES.with_borrow(|classes| {
        let found = classes.iter().find(|(of, _)| *of == (class, https));
        found.map(|(_, headers)| web_sys::Headers::new_with_headers(headers))
    });
    if let Some(copied) = known {
        return Ok(Headers(copied?));
    }
    let headers = Headers::new();
    for (name, value) in headers::of(class, https) {
        headers.set(name, value)?;
    }
    let kept = web_sys::Headers::new_with_headers(&headers.0)?;
    CLASSES.with_borrow_mut(|classes| classes.push(((class, https), kept)));
    Ok(headers)
}

fn bare(response: Response) -> Response {
    let (builder, _) = response.into_parts();
    builder.body(ResponseBody::Empty)
}
