//! Tokens of a service account that live for seconds; those that the API server
//! issues itself live for ten minutes at least.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use rcgen::{KeyPair, SigningKey as _};
use serde_json::{Value, json};

use crate::control_plane::ControlPlane;

/// As the API server is started.
const ISSUER: &str = "https://kubernetes.default.svc";

/// The API server takes a token for so many seconds longer than it says (`jwt.DefaultLeeway`).
const SERVERS_LEEWAY: i64 = 60;

/// A service account, with the key that the API server signs with.
pub(super) struct ServiceAccount {
    namespace: String,
    name: String,
    uid: String,
    key: KeyPair,
}

impl ServiceAccount {
    pub(super) fn make(
        cluster: &ControlPlane,
        namespace: &str,
        name: &str,
    ) -> Result<Self, String> {
        cluster.kubectl(&["create", "serviceaccount", name, "-n", namespace])?;
        let stored = cluster.get(&["serviceaccount", name, "-n", namespace])?;
        let uid = stored["metadata"]["uid"].as_str().ok_or("no uid")?;
        let key = std::fs::read_to_string(cluster.scratch().join("service-account.key"));
        let key = KeyPair::from_pem(&key.map_err(|e| format!("the key: {e}"))?);
        Ok(Self {
            namespace: namespace.to_owned(),
            name: name.to_owned(),
            uid: uid.to_owned(),
            key: key.map_err(|e| format!("the key: {e}"))?,
        })
    }

    /// Its user's name.
    pub(super) fn user(&self) -> String {
        format!("system:serviceaccount:{}:{}", self.namespace, self.name)
    }

    /// A token that the API server takes for so many seconds; what it has taken it remembers
    /// for ten seconds (`TokenSuccessCacheTTL`).
    pub(super) fn token(&self, seconds: i64) -> Result<String, String> {
        let now = Timestamp::now().as_second();
        let claims = json!({
            "iss": ISSUER, "aud": [ISSUER], "sub": self.user(),
            "iat": now - SERVERS_LEEWAY, "nbf": now - SERVERS_LEEWAY,
            "exp": now + seconds - SERVERS_LEEWAY,
            "kubernetes.io": {
                "namespace": self.namespace,
                "serviceaccount": {"name": self.name, "uid": self.uid},
            },
        });
        let packed = |part: &Value| URL_SAFE_NO_PAD.encode(part.to_string());
        let signed = format!(
            "{}.{}",
            packed(&json!({"alg": "ES256", "typ": "JWT"})),
            packed(&claims)
        );
        let signature = self.key.sign(signed.as_bytes());
        let signature = signature.map_err(|e| format!("a signature: {e}"))?;
        let signature = fixed_width(&signature).ok_or("a signature of another form")?;
        Ok(format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature)))
    }
}

/// The two numbers of an ECDSA signature as a JWT has them, 32 bytes each, from ASN.1.
fn fixed_width(der: &[u8]) -> Option<Vec<u8>> {
    let [0x30, _, rest @ ..] = der else {
        return None;
    };
    let (first, rest) = integer(rest)?;
    let (second, _) = integer(rest)?;
    let mut both = Vec::new();
    for number in [first, second] {
        let digits = &number[number.iter().take_while(|byte| **byte == 0).count()..];
        both.extend(vec![0; 32_usize.checked_sub(digits.len())?]);
        both.extend_from_slice(digits);
    }
    Some(both)
}

fn integer(der: &[u8]) -> Option<(&[u8], &[u8])> {
    let [0x02, length, rest @ ..] = der else {
        return None;
    };
    rest.split_at_checked(usize::from(*length))
}
