//! ES256 both ways, PBKDF2 and AES by the runtime's own `crypto.subtle`, which is natively compiled; the same in wasm takes
//! longer than all else.

use crate::admit::Claim;
use einwurf_protocol::{
    codec::to_base64url,
    es256::PublicKey,
    ids::Signature,
    work::{Derivation, KEY_BYTES},
};
use std::cell::{OnceCell, RefCell};
use worker::{
    js_sys::{self, Array, Function, Object, Promise, Reflect, Uint8Array},
    wasm_bindgen::{JsCast, JsValue},
    wasm_bindgen_futures::JsFuture,
};

/// Keys that are kept imported: the two signatures of a first message are by one key, and so are all of a conversation.
const KEYS: usize = 128;

thread_local! {
    /// The newest last.
    static IMPORTED: RefCell<Vec<(PublicKey, JsValue)>> = const { RefCell::new(Vec::new()) };
    /// For all that is checked in this isolate.
    static CHECKER: OnceCell<Checker> = const { OnceCell::new() };
}

/// What every check of a signature needs of the runtime, looked up once.
#[derive(Clone)]
struct Checker {
    subtle: JsValue,
    verify: Function,
    es256: JsValue,
}

impl Checker {
    fn get() -> Result<Self, JsValue> {
        if let Some(known) = CHECKER.with(|cell| cell.get().cloned()) {
            return Ok(known);
        }
        let subtle = subtle()?;
        let verify = Reflect::get(&subtle, &"verify".into())?.dyn_into()?;
        let new = Self { subtle, verify, es256: es256()? };
        Ok(CHECKER.with(|cell| cell.get_or_init(|| new).clone()))
    }
}

/// Whether the signature is the key's over the message. A point off the curve verifies nothing.
pub(crate) async fn verify(claim: Claim) -> bool {
    check(&claim).await.is_ok_and(|valid| valid.is_truthy())
}

async fn check(claim: &Claim) -> Result<JsValue, JsValue> {
    let Checker { subtle, verify, es256 } = Checker::get()?;
    let key = import(&subtle, &es256, claim.key).await?;
    let arguments = Array::of4(&es256, &key, &bytes(&claim.signature.0), &bytes(&claim.message));
    let promise: Promise = Reflect::apply(&verify, &subtle, &arguments)?.dyn_into()?;
    JsFuture::from(promise).await
}

fn subtle() -> Result<JsValue, JsValue> {
    Reflect::get(&Reflect::get(&js_sys::global(), &"crypto".into())?, &"subtle".into())
}

fn es256() -> Result<JsValue, JsValue> {
    object(&[("name", "ECDSA".into()), ("namedCurve", "P-256".into()), ("hash", "SHA-256".into())])
}

/// A private key in the runtime's keeping, which does not hand it out.
#[derive(Debug, Clone)]
pub(crate) struct Signer(JsValue);

impl Signer {
    /// From a scalar with its point; none if the runtime takes it for no key.
    pub(crate) async fn new(scalar: &[u8], public: &PublicKey) -> Option<Self> {
        let text = |bytes: &[u8]| JsValue::from(to_base64url(bytes));
        let (x, y) = public.as_bytes().split_at(32);
        let key = object(&[
            ("kty", "EC".into()),
            ("crv", "P-256".into()),
            ("d", text(scalar)),
            ("x", text(x)),
            ("y", text(y)),
        ]);
        let usages = Array::of1(&"sign".into());
        let arguments = Array::of5(&"jwk".into(), &key.ok()?, &es256().ok()?, &JsValue::FALSE, &usages);
        call(&subtle().ok()?, "importKey", &arguments).await.ok().map(Self)
    }

    /// None if the runtime does not sign.
    pub(crate) async fn sign(&self, message: &[u8]) -> Option<Signature> {
        let arguments = Array::of3(&es256().ok()?, &self.0, &bytes(message));
        let signature = call(&subtle().ok()?, "sign", &arguments).await.ok()?;
        Uint8Array::new(&signature).to_vec().try_into().ok().map(Signature)
    }
}

async fn import(subtle: &JsValue, algorithm: &JsValue, key: PublicKey) -> Result<JsValue, JsValue> {
    let known = IMPORTED.with_borrow(|keys| {
        keys.iter().rev().find(|(of, _)| *of == key).map(|(_, imported)| imported.clone())
    });
    if let Some(known) = known {
        return Ok(known);
    }
    let mut point = vec![4];
    point.extend_from_slice(key.as_bytes());
    let usages = Array::of1(&"verify".into());
    let arguments = Array::of5(&"raw".into(), &bytes(&point), algorithm, &JsValue::FALSE, &usages);
    let imported = call(subtle, "importKey", &arguments).await?;
    IMPORTED.with_borrow_mut(|keys| {
        if keys.len() >= KEYS {
            keys.remove(0);
        }
        keys.push((key, imported.clone()));
    });
    Ok(imported)
}

/// The key of a derivation; none if the runtime derives none.
pub(crate) async fn derive(derivation: Derivation) -> Option<Vec<u8>> {
    let key = pbkdf2(&derivation).await.ok()?;
    Some(Uint8Array::new(&key).to_vec())
}

async fn pbkdf2(derivation: &Derivation) -> Result<JsValue, JsValue> {
    let subtle = subtle()?;
    let usages = Array::of1(&"deriveBits".into());
    let password = bytes(&derivation.password);
    let arguments = Array::of5(&"raw".into(), &password, &"PBKDF2".into(), &JsValue::FALSE, &usages);
    let key = call(&subtle, "importKey", &arguments).await?;
    let algorithm = object(&[
        ("name", "PBKDF2".into()),
        ("hash", "SHA-256".into()),
        ("salt", bytes(&derivation.salt)),
        ("iterations", derivation.iterations.into()),
    ])?;
    let bits = u32::try_from(KEY_BYTES * 8).unwrap_or_default();
    call(&subtle, "deriveBits", &Array::of3(&algorithm, &key, &bits.into())).await
}

/// AES-128-GCM: ciphertext and tag; none if the runtime does not encrypt.
pub(crate) async fn aes128gcm(key: &[u8; 16], nonce: &[u8; 12], plain: &[u8]) -> Option<Vec<u8>> {
    let sealed = gcm(key, nonce, plain).await.ok()?;
    Some(Uint8Array::new(&sealed).to_vec())
}

async fn gcm(key: &[u8], nonce: &[u8], plain: &[u8]) -> Result<JsValue, JsValue> {
    let subtle = subtle()?;
    let usages = Array::of1(&"encrypt".into());
    let arguments = Array::of5(&"raw".into(), &bytes(key), &"AES-GCM".into(), &JsValue::FALSE, &usages);
    let key = call(&subtle, "importKey", &arguments).await?;
    let algorithm = object(&[("name", "AES-GCM".into()), ("iv", bytes(nonce))])?;
    call(&subtle, "encrypt", &Array::of3(&algorithm, &key, &bytes(plain))).await
}

fn bytes(bytes: &[u8]) -> JsValue {
    Uint8Array::from(bytes).into()
}

fn object(members: &[(&str, JsValue)]) -> Result<JsValue, JsValue> {
    let object = Object::new();
    for (name, value) in members {
        Reflect::set(&object, &(*name).into(), value)?;
    }
    Ok(object.into())
}

async fn call(subtle: &JsValue, name: &str, arguments: &Array) -> Result<JsValue, JsValue> {
    let function: Function = Reflect::get(subtle, &name.into())?.dyn_into()?;
    let promise: Promise = Reflect::apply(&function, subtle, arguments)?.dyn_into()?;
    JsFuture::from(promise).await
}
