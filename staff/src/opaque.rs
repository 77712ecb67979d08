//! The client's half of OPAQUE (RFC 9807): the password never leaves this device, not even hashed.
//!
//! Steps with Argon2id in them take some 100 ms; callers show that they are at work before they begin.

use einwurf_protocol::{api::login::OPAQUE_CONTEXT, opaque::Suite};
use opaque_ke::{
    ClientLogin, ClientLoginFinishParameters, ClientRegistration, ClientRegistrationFinishParameters,
    CredentialResponse, Identifiers, RegistrationResponse,
    rand::{self as rand_old},
};
use rand_core::CryptoRng;
use zeroize::Zeroizing;

/// The other side's message cannot be used: the password is wrong, or somebody is cheating.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the OPAQUE message does not fit")]
pub struct Mismatch;

/// The key that only this password gives, 64 bytes; wraps the member's keys.
pub type ExportKey = Zeroizing<Vec<u8>>;

/// Registration, waiting for the relay's answer.
pub struct Registering {
    state: ClientRegistration<Suite>,
    password: Zeroizing<String>,
}

/// What registration gives.
pub struct Registered {
    /// OPAQUE `RegistrationUpload`.
    pub upload: Vec<u8>,
    /// Wraps the member's keys.
    pub export_key: ExportKey,
}

/// Begins a registration; the bytes go into `SetupStart`.
pub fn register(
    password: Zeroizing<String>,
    rng: &mut impl CryptoRng,
) -> Result<(Registering, Vec<u8>), Mismatch> {
    let start = ClientRegistration::<Suite>::start(&mut Bridge(rng), password.as_bytes());
    let start = start.map_err(|_| Mismatch)?;
    Ok((Registering { state: start.state, password }, start.message.serialize().to_vec()))
}

impl Registering {
    /// Runs Argon2id over the relay's answer.
    pub fn finish(self, answer: &[u8], rng: &mut impl CryptoRng) -> Result<Registered, Mismatch> {
        let answer = RegistrationResponse::deserialize(answer).map_err(|_| Mismatch)?;
        let parameters = ClientRegistrationFinishParameters::new(Identifiers::default(), None);
        let finish = self.state.finish(&mut Bridge(rng), self.password.as_bytes(), answer, parameters);
        let finish = finish.map_err(|_| Mismatch)?;
        let export_key = Zeroizing::new(finish.export_key.to_vec());
        Ok(Registered { upload: finish.message.serialize().to_vec(), export_key })
    }
}

/// A login, waiting for the relay's answer.
pub struct LoggingIn {
    state: ClientLogin<Suite>,
    password: Zeroizing<String>,
}

/// What a login gives.
pub struct Answered {
    /// OPAQUE `KE3`.
    pub ke3: Vec<u8>,
    /// Opens the member's keys.
    pub export_key: ExportKey,
}

/// Begins a login; the bytes are OPAQUE `KE1`.
pub fn log_in(
    password: Zeroizing<String>,
    rng: &mut impl CryptoRng,
) -> Result<(LoggingIn, Vec<u8>), Mismatch> {
    let start = ClientLogin::<Suite>::start(&mut Bridge(rng), password.as_bytes()).map_err(|_| Mismatch)?;
    Ok((LoggingIn { state: start.state, password }, start.message.serialize().to_vec()))
}

impl LoggingIn {
    /// Runs Argon2id over the relay's `KE2`. Fails for a wrong password and for a relay that does not know the account.
    pub fn finish(self, ke2: &[u8], rng: &mut impl CryptoRng) -> Result<Answered, Mismatch> {
        let ke2 = CredentialResponse::deserialize(ke2).map_err(|_| Mismatch)?;
        let parameters = ClientLoginFinishParameters::new(Some(OPAQUE_CONTEXT), Identifiers::default(), None);
        let finish = self.state.finish(&mut Bridge(rng), self.password.as_bytes(), ke2, parameters);
        let finish = finish.map_err(|_| Mismatch)?;
        let export_key = Zeroizing::new(finish.export_key.to_vec());
        Ok(Answered { ke3: finish.message.serialize().to_vec(), export_key })
    }
}

/// `opaque-ke` takes generators of an older `rand_core`; this hands it ours.
struct Bridge<'a, R>(&'a mut R);

impl<R: CryptoRng> rand_old::RngCore for Bridge<'_, R> {
    fn next_u32(&mut self) -> u32 {
        self.0.next_u32()
    }
    fn next_u64(&mut self) -> u64 {
        self.0.next_u64()
    }
    fn fill_bytes(&mut self, bytes: &mut [u8]) {
        self.0.fill_bytes(bytes);
    }
    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), rand_old::Error> {
        self.0.fill_bytes(bytes);
        Ok(())
    }
}

impl<R: CryptoRng> rand_old::CryptoRng for Bridge<'_, R> {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Dice;
    use opaque_ke::{
        CredentialFinalization, CredentialRequest, RegistrationRequest, RegistrationUpload, ServerLogin,
        ServerLoginParameters, ServerRegistration, ServerSetup,
    };

    /// The relay's half, as `opaque-ke` documents it.
    struct Server {
        setup: ServerSetup<Suite>,
        record: Option<ServerRegistration<Suite>>,
    }

    impl Server {
        fn new(dice: &mut Dice) -> Self {
            Self { setup: ServerSetup::new(&mut Bridge(dice)), record: None }
        }

        fn register(&self, request: &[u8]) -> Vec<u8> {
            let request = RegistrationRequest::deserialize(request).unwrap();
            let answer = ServerRegistration::start(&self.setup, request, b"account").unwrap();
            answer.message.serialize().to_vec()
        }

        fn keep(&mut self, upload: &[u8]) {
            self.record = Some(ServerRegistration::finish(RegistrationUpload::deserialize(upload).unwrap()));
        }

        fn parameters<'a>() -> ServerLoginParameters<'a, 'a> {
            ServerLoginParameters { context: Some(OPAQUE_CONTEXT), identifiers: Identifiers::default() }
        }

        fn start(&self, ke1: &[u8], dice: &mut Dice) -> (ServerLogin<Suite>, Vec<u8>) {
            let ke1 = CredentialRequest::deserialize(ke1).unwrap();
            let start = ServerLogin::start(
                &mut Bridge(dice),
                &self.setup,
                self.record.clone(),
                ke1,
                b"account",
                Self::parameters(),
            )
            .unwrap();
            (start.state, start.message.serialize().to_vec())
        }
    }

    fn word(text: &str) -> Zeroizing<String> {
        Zeroizing::new(text.to_owned())
    }

    fn registered(dice: &mut Dice) -> (Server, ExportKey) {
        let mut server = Server::new(dice);
        let (client, request) = register(word("correct horse battery"), dice).unwrap();
        let registered = client.finish(&server.register(&request), dice).unwrap();
        server.keep(&registered.upload);
        (server, registered.export_key)
    }

    #[test]
    fn the_same_password_gives_the_same_export_key_and_convinces_the_relay() {
        let mut dice = Dice::new(1);
        let (server, export_key) = registered(&mut dice);
        let (client, ke1) = log_in(word("correct horse battery"), &mut dice).unwrap();
        let (state, ke2) = server.start(&ke1, &mut dice);
        let answered = client.finish(&ke2, &mut dice).unwrap();
        assert_eq!(answered.export_key, export_key);
        let ke3 = CredentialFinalization::deserialize(&answered.ke3).unwrap();
        assert!(state.finish(ke3, Server::parameters()).is_ok());
    }

    #[test]
    fn a_wrong_password_and_an_unknown_account_fail_alike() {
        let mut dice = Dice::new(2);
        let (server, _) = registered(&mut dice);
        let unknown = Server::new(&mut dice);
        for (server, password) in [(&server, "correct horse batterz"), (&unknown, "correct horse battery")] {
            let (client, ke1) = log_in(word(password), &mut dice).unwrap();
            let (_, ke2) = server.start(&ke1, &mut dice);
            assert_eq!(client.finish(&ke2, &mut dice).err(), Some(Mismatch));
        }
    }

    #[test]
    fn nonsense_from_the_relay_is_refused() {
        let mut dice = Dice::new(3);
        let (client, _) = log_in(word("x"), &mut dice).unwrap();
        assert_eq!(client.finish(&[7; 320], &mut dice).err(), Some(Mismatch));
        let (client, _) = register(word("x"), &mut dice).unwrap();
        assert_eq!(client.finish(b"", &mut dice).err(), Some(Mismatch));
    }
}
