//! Web Push: the service worker below `/push/`, and the browser's subscription. The worker controls no page, this one
//! included; what it may do it was given by the relay that gave this page.

use super::window;
use crate::state::push::{Browser, Own, Refusal, SCOPE};
use einwurf_protocol::api::push::{PushKeys, PushSubscription as Subscription};
use js_sys::{Array, ArrayBuffer, Promise, Reflect, Uint8Array};
use wasm_bindgen::{JsCast as _, JsValue, closure::Closure};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    Notification, NotificationPermission, PushEncryptionKeyName, PushSubscription,
    PushSubscriptionOptionsInit, RegistrationOptions, ServiceWorkerContainer, ServiceWorkerRegistration,
    ServiceWorkerState, ServiceWorkerUpdateViaCache,
};

/// What a page from a `door`, or not, can in this browser.
pub fn browser(door: bool) -> Browser {
    if door {
        return Browser::Door;
    }
    if container().is_none() || !has("PushManager") || !has("Notification") {
        // Only Safari on iPhone and iPad knows the word; on the Home Screen it has the rest, too.
        let standalone =
            window().and_then(|window| Reflect::get(&window.navigator(), &"standalone".into()).ok());
        let phone = standalone.is_some_and(|standalone| standalone.as_bool() == Some(false));
        return if phone { Browser::HomeScreen } else { Browser::Unable };
    }
    match Notification::permission() {
        NotificationPermission::Denied => Browser::Denied,
        _ => Browser::Able,
    }
}

/// The subscription that this browser has.
pub async fn own() -> Option<Own> {
    let registration = registration().await?;
    let asking = registration.push_manager().ok()?.get_subscription().ok()?;
    let found = JsFuture::from(asking).await.ok()?;
    found.is_object().then(|| read(&found.unchecked_into())).flatten()
}

/// Asks the person, then the push service: called from a click, as browsers want it.
pub async fn subscribe(script: &str, key: &[u8]) -> Result<Own, Refusal> {
    let asking = Notification::request_permission().map_err(|_| Refusal::Failed)?;
    let answer = JsFuture::from(asking).await.map_err(|_| Refusal::Failed)?;
    if answer.as_string().as_deref() != Some("granted") {
        return Err(Refusal::Dismissed);
    }
    renew(script, key).await.ok_or(Refusal::Failed)
}

/// Another subscription in place of the one that there may be; asks nobody.
pub async fn renew(script: &str, key: &[u8]) -> Option<Own> {
    let registration = register(script).await.ok()?;
    // A browser keeps a subscription to its key.
    unsubscribe(&registration).await;
    let options = PushSubscriptionOptionsInit::new();
    options.set_user_visible_only(true);
    options.set_application_server_key_opt_u8_array(Some(&Uint8Array::from(key)));
    let asking = registration.push_manager().ok()?.subscribe_with_options(&options).ok()?;
    read(&JsFuture::from(asking).await.ok()?.unchecked_into())
}

/// Ends the subscription and removes the service worker: nothing of it stays on this device.
pub async fn end() {
    let Some(registration) = registration().await else { return };
    clear(&registration).await;
    unsubscribe(&registration).await;
    if let Ok(leaving) = registration.unregister() {
        // What cannot be removed shows nothing: it has no subscription.
        let _ = JsFuture::from(leaving).await;
    }
}

/// Has a service worker that is there speak another language.
pub async fn speak(script: &str) {
    if registration().await.is_some() {
        // Else it goes on in the former language.
        let _ = register(script).await;
    }
}

/// Takes notifications away that are shown: somebody looks at what waits.
pub async fn seen() {
    if let Some(registration) = registration().await {
        clear(&registration).await;
    }
}

async fn clear(registration: &ServiceWorkerRegistration) {
    let Ok(asking) = registration.get_notifications() else { return };
    let Ok(shown) = JsFuture::from(asking).await else { return };
    for one in Array::from(&shown) {
        one.unchecked_into::<Notification>().close();
    }
}

async fn unsubscribe(registration: &ServiceWorkerRegistration) {
    let Ok(asking) = registration.push_manager().and_then(|manager| manager.get_subscription()) else {
        return;
    };
    let Ok(found) = JsFuture::from(asking).await else { return };
    if found.is_object()
        && let Ok(ending) = found.unchecked_into::<PushSubscription>().unsubscribe()
    {
        // The relay sends nothing to it in any case.
        let _ = JsFuture::from(ending).await;
    }
}

/// The service worker that is there.
async fn registration() -> Option<ServiceWorkerRegistration> {
    let asking = container()?.get_registration_with_document_url(SCOPE);
    let found = JsFuture::from(asking).await.ok()?;
    found.is_object().then(|| found.unchecked_into())
}

/// The service worker of a script, once it can be sent something.
async fn register(script: &str) -> Result<ServiceWorkerRegistration, JsValue> {
    let options = RegistrationOptions::new();
    options.set_scope(SCOPE);
    options.set_update_via_cache(ServiceWorkerUpdateViaCache::None);
    let asking = container().ok_or(JsValue::NULL)?.register_with_options(script, &options);
    let registration: ServiceWorkerRegistration = JsFuture::from(asking).await?.unchecked_into();
    if registration.active().is_none() {
        active(&registration).await?;
    }
    Ok(registration)
}

async fn active(registration: &ServiceWorkerRegistration) -> Result<(), JsValue> {
    let worker = registration.installing().or_else(|| registration.waiting()).ok_or(JsValue::NULL)?;
    let until = Promise::new(&mut |resolve, reject| {
        let watched = worker.clone();
        let changed = Closure::<dyn FnMut()>::new(move || {
            let settle = match watched.state() {
                ServiceWorkerState::Activated => &resolve,
                ServiceWorkerState::Redundant => &reject,
                _ => return,
            };
            // A promise's own function cannot fail.
            let _ = settle.call0(&JsValue::NULL);
        });
        worker.set_onstatechange(Some(changed.into_js_value().unchecked_ref()));
    });
    JsFuture::from(until).await.map(drop)
}

fn read(found: &PushSubscription) -> Option<Own> {
    let key = |name| found.get_key(name).ok().flatten().map(|key| bytes(&key));
    let keys =
        PushKeys { p256dh: key(PushEncryptionKeyName::P256dh)?, auth: key(PushEncryptionKeyName::Auth)? };
    let made_for = found.options().application_server_key().ok().flatten()?;
    Some(Own { subscription: Subscription { endpoint: found.endpoint(), keys }, key: bytes(&made_for) })
}

fn bytes(buffer: &ArrayBuffer) -> Vec<u8> {
    Uint8Array::new(buffer).to_vec()
}

/// None outside secure contexts, and where the person wants none.
fn container() -> Option<ServiceWorkerContainer> {
    let navigator = window()?.navigator();
    let there = Reflect::get(&navigator, &"serviceWorker".into()).is_ok_and(|found| found.is_object());
    there.then(|| navigator.service_worker())
}

fn has(name: &str) -> bool {
    window().is_some_and(|window| Reflect::has(&window, &name.into()).unwrap_or(false))
}
