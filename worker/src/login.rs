//! The relay's side of OPAQUE (RFC 9807). It never sees a password; unknown accounts get answers that look the same.

use crate::fault::Fault;
use einwurf_protocol::{api::login::OPAQUE_CONTEXT, opaque::Suite, problem::Code};
use opaque_ke::{
    CredentialFinalization, CredentialRequest, Identifiers, RegistrationRequest, RegistrationUpload,
    ServerLogin, ServerLoginParameters, ServerRegistration, ServerSetup,
    rand::{CryptoRng, RngCore},
};

/// The keys behind every account of a site.
pub struct LoginServer(ServerSetup<Suite>);

impl std::fmt::Debug for LoginServer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("LoginServer(hidden)")
    }
}

/// The first step of a login: the answer and what its last step needs.
#[derive(Debug)]
pub struct Started {
    /// OPAQUE `KE2`.
    pub ke2: Vec<u8>,
    /// To be kept, encrypted, for [`finish`].
    pub state: Vec<u8>,
}

fn parameters() -> ServerLoginParameters<'static, 'static> {
    ServerLoginParameters { context: Some(OPAQUE_CONTEXT), identifiers: Identifiers::default() }
}

impl LoginServer {
    /// Of a new site.
    pub fn generate(rng: &mut (impl RngCore + CryptoRng)) -> Self {
        Self(ServerSetup::new(rng))
    }

    /// For storage, to be encrypted.
    pub fn to_bytes(&self) -> Vec<u8> {
        self.0.serialize().to_vec()
    }

    /// From storage.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Fault> {
        ServerSetup::deserialize(bytes).map(Self).map_err(|_| Fault::Internal("login setup"))
    }

    /// Answers a registration request for `account` (in its compared form). Keeps nothing.
    pub fn register(&self, account: &str, request: &[u8]) -> Result<Vec<u8>, Fault> {
        let malformed = || Fault::malformed("registration", "not an OPAQUE registration request");
        let request = RegistrationRequest::deserialize(request).map_err(|_| malformed())?;
        let started =
            ServerRegistration::start(&self.0, request, account.as_bytes()).map_err(|_| malformed())?;
        Ok(started.message.serialize().to_vec())
    }

    /// Begins a login. Without a record the answer is a fake one (RFC 9807, 6.3.2.2).
    pub fn start(
        &self,
        account: &str,
        record: Option<&[u8]>,
        ke1: &[u8],
        rng: &mut (impl RngCore + CryptoRng),
    ) -> Result<Started, Fault> {
        let malformed = || Fault::malformed("ke1", "not an OPAQUE KE1");
        let request = CredentialRequest::deserialize(ke1).map_err(|_| malformed())?;
        let record = record.map(ServerRegistration::deserialize).transpose();
        let record = record.map_err(|_| Fault::Internal("login record"))?;
        let started = ServerLogin::start(rng, &self.0, record, request, account.as_bytes(), parameters());
        let started = started.map_err(|_| malformed())?;
        Ok(Started { ke2: started.message.serialize().to_vec(), state: started.state.serialize().to_vec() })
    }
}

/// The record to keep of a registration upload.
pub fn record(upload: &[u8]) -> Result<Vec<u8>, Fault> {
    let read = RegistrationUpload::<Suite>::deserialize(upload).ok();
    let record = read.map(|upload| ServerRegistration::finish(upload).serialize().to_vec());
    // The reader passes over what follows an upload; nothing does.
    let record = record.filter(|record| record.len() == upload.len());
    record.ok_or_else(|| Fault::malformed("registration", "not an OPAQUE registration upload"))
}

/// The last step: whether the client knew the password. A malformed `ke3` is as wrong as a wrong password.
pub fn finish(state: &[u8], ke3: &[u8]) -> Result<(), Fault> {
    let state = ServerLogin::<Suite>::deserialize(state).map_err(|_| Fault::Internal("login state"))?;
    let ke3 = CredentialFinalization::deserialize(ke3).map_err(|_| Code::Unauthorized)?;
    state.finish(ke3, parameters()).map(drop).map_err(|_| Code::Unauthorized.into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Rng;
    use opaque_ke::{
        ClientLogin, ClientLoginFinishParameters, ClientRegistration, ClientRegistrationFinishParameters,
        CredentialResponse, RegistrationResponse,
    };

    const ACCOUNT: &str = "meike@fensterbau.example";

    fn registered(server: &LoginServer, password: &[u8]) -> Vec<u8> {
        let client = ClientRegistration::<Suite>::start(&mut Rng, password).unwrap();
        let answer = server.register(ACCOUNT, &client.message.serialize()).unwrap();
        let upload = client
            .state
            .finish(
                &mut Rng,
                password,
                RegistrationResponse::deserialize(&answer).unwrap(),
                ClientRegistrationFinishParameters::default(),
            )
            .unwrap();
        record(&upload.message.serialize()).unwrap()
    }

    /// Whether the login succeeds, and the length of the relay's first answer.
    fn login(server: &LoginServer, record: Option<&[u8]>, password: &[u8]) -> (bool, usize) {
        let client = ClientLogin::<Suite>::start(&mut Rng, password).unwrap();
        let started = server.start(ACCOUNT, record, &client.message.serialize(), &mut Rng).unwrap();
        let length = started.ke2.len();
        let parameters = ClientLoginFinishParameters::new(Some(OPAQUE_CONTEXT), Identifiers::default(), None);
        let answer = CredentialResponse::deserialize(&started.ke2).unwrap();
        let finished = client.state.finish(&mut Rng, password, answer, parameters);
        let ke3 = finished.map(|finished| finished.message.serialize().to_vec()).unwrap_or_default();
        (finish(&started.state, &ke3).is_ok(), length)
    }

    #[test]
    fn the_right_password_logs_in_and_a_wrong_one_does_not() {
        let server = LoginServer::generate(&mut Rng);
        let server = LoginServer::from_bytes(&server.to_bytes()).unwrap();
        let record = registered(&server, b"correct horse");
        assert!(login(&server, Some(&record), b"correct horse").0);
        assert!(!login(&server, Some(&record), b"wrong horse").0);
    }

    #[test]
    fn an_unknown_account_gets_an_answer_of_the_same_form() {
        let server = LoginServer::generate(&mut Rng);
        let record = registered(&server, b"correct horse");
        let (known, length) = login(&server, Some(&record), b"wrong horse");
        assert_eq!(login(&server, None, b"wrong horse"), (known, length));
    }

    #[test]
    fn malformed_messages_are_named_or_unauthorized() {
        let server = LoginServer::generate(&mut Rng);
        let field = |fault: Fault| fault.problem().field.unwrap();
        assert_eq!(field(server.register(ACCOUNT, &[1]).unwrap_err()), "registration");
        assert_eq!(field(record(&[1]).unwrap_err()), "registration");
        assert_eq!(field(server.start(ACCOUNT, None, &[1], &mut Rng).unwrap_err()), "ke1");
        let client = ClientLogin::<Suite>::start(&mut Rng, b"x").unwrap();
        let started = server.start(ACCOUNT, None, &client.message.serialize(), &mut Rng).unwrap();
        assert_eq!(finish(&started.state, &[1]), Err(Code::Unauthorized.into()));
    }

    #[test]
    fn debug_hides_the_keys() {
        assert_eq!(format!("{:?}", LoginServer::generate(&mut Rng)), "LoginServer(hidden)");
    }
}
