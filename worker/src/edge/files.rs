//! Static files: pages of the relay, the launcher, and the apps' files named by their hashes.

use super::Extra;
use crate::{
    config::Config,
    durable::Reply,
    fault::Fault,
    headers::{self, Class, File},
};
use einwurf_protocol::problem::Code;
use worker::{EncodeBody, Env, Headers, Request, Response, web_sys};

/// A file, from the `ASSETS` binding: 200, 404.
///
/// 1. The path is one of a file of ours.
/// 2. The door, with this relay's origins.
/// 3. Its brotli twin, if the client takes it and it is there.
/// 4. The file itself.
pub(super) async fn answer(
    path: &str,
    request: &Request,
    env: &Env,
    config: &Config,
) -> worker::Result<(Response, Class, Extra)> {
    // 1
    let Some(file) = headers::file(path) else { return missing() };
    // 2
    if file.path == headers::DOOR {
        let Some(response) = fetch(env, &file.path).await? else { return missing() };
        return Ok((door(response, &file, config).await?, file.class, Extra::new()));
    }
    // 3
    let encodings = request.headers().get("accept-encoding")?.unwrap_or_default();
    let vary = vec![("vary", "accept-encoding".to_owned())];
    if headers::takes_brotli(&encodings)
        && let Some(response) = fetch(env, &format!("{}.br", file.path)).await?
    {
        return Ok((dressed(response, &file, true)?, file.class, vary));
    }
    // 4
    match fetch(env, &file.path).await? {
        Some(response) => Ok((dressed(response, &file, false)?, file.class, vary)),
        None => missing(),
    }
}

fn missing() -> worker::Result<(Response, Class, Extra)> {
    let response = Reply::problem(Fault::from(Code::NotFound)).into_response()?;
    Ok((response, Class::Api, Extra::new()))
}

async fn fetch(env: &Env, path: &str) -> worker::Result<Option<Response>> {
    // `Fetcher::fetch` would add what Cloudflare does to pictures.
    let request = web_sys::Request::new_with_str(&format!("https://assets{path}"))?;
    let response = env.service("ASSETS")?.fetch_request(Request::from(request)).await?;
    Ok(Some(response).filter(|response| response.status_code() == 200))
}

async fn door(mut response: Response, file: &File, config: &Config) -> worker::Result<Response> {
    let page = headers::door(&response.text().await?, config.origins());
    let headers = Headers::new();
    headers.set("content-type", file.media_type)?;
    Ok(Response::builder().with_headers(headers).fixed(page.into_bytes()))
}

fn dressed(response: Response, file: &File, brotli: bool) -> worker::Result<Response> {
    let headers = Headers::new();
    headers.set("content-type", file.media_type)?;
    if brotli {
        headers.set("content-encoding", "br")?;
    }
    let encode = if brotli { EncodeBody::Manual } else { EncodeBody::Automatic };
    let (_, body) = response.into_parts();
    Ok(Response::builder().with_status(200).with_headers(headers).with_encode_body(encode).body(body))
}
