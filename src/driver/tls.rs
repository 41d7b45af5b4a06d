//! Which server is trusted: the platform's certificate store, or the one key that the app has pinned.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, ring, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName, SubjectPublicKeyInfoDer, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{CertificateError, ClientConfig, DigitallySignedStruct, SignatureScheme};
use rustls_platform_verifier::BuilderVerifierExt;
use sha2::{Digest, Sha256};

/// A configuration that trusts what the platform trusts, or with a pin that key alone. The error is a sentence.
pub(crate) fn client_config(pin: &str) -> Result<Arc<ClientConfig>, String> {
    let provider = Arc::new(ring::default_provider());
    let builder = ClientConfig::builder_with_provider(provider.clone())
        .with_safe_default_protocol_versions()
        .map_err(|e| format!("TLS cannot be set up: {e}"))?;
    let mut config = if pin.is_empty() {
        builder
            .with_platform_verifier()
            .map_err(|e| format!("the platform's certificates cannot be read: {e}"))?
            .with_no_client_auth()
    } else {
        let digest = pinned_digest(pin)?;
        builder
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(PinVerifier { digest, provider }))
            .with_no_client_auth()
    };
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(Arc::new(config))
}

/// The SHA-256 of the public key (its SubjectPublicKeyInfo) that a pin names: `sha256/<base64>`, or a PEM with
/// a public key or a certificate.
fn pinned_digest(pin: &str) -> Result<[u8; 32], String> {
    if let Some(text) = pin.trim().strip_prefix("sha256/") {
        let bytes = STANDARD.decode(text).ok().and_then(|b| b.try_into().ok());
        return bytes.ok_or_else(|| "the pin is not sha256/ and the base64 of 32 bytes".to_owned());
    }
    if let Ok(key) = SubjectPublicKeyInfoDer::from_pem_slice(pin.as_bytes()) {
        return Ok(Sha256::digest(key.as_ref()).into());
    }
    let certificate = CertificateDer::from_pem_slice(pin.as_bytes())
        .map_err(|_| "the pin is neither sha256/<base64> nor a PEM".to_owned())?;
    key_digest(&certificate).map_err(|e| format!("the pinned certificate cannot be read: {e}"))
}

fn key_digest(certificate: &CertificateDer<'_>) -> Result<[u8; 32], rustls::Error> {
    let parsed = ParsedCertificate::try_from(certificate)?;
    Ok(Sha256::digest(parsed.subject_public_key_info().as_ref()).into())
}

/// Accepts one key, whatever the certificate around it says: names and dates say nothing that the pin does
/// not say better. That the server holds the key is still proved by its signature.
#[derive(Debug)]
struct PinVerifier {
    digest: [u8; 32],
    provider: Arc<CryptoProvider>,
}

impl ServerCertVerifier for PinVerifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        if key_digest(end_entity)? == self.digest {
            Ok(ServerCertVerified::assertion())
        } else {
            Err(CertificateError::ApplicationVerificationFailure.into())
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls12_signature(
            message,
            cert,
            dss,
            &self.provider.signature_verification_algorithms,
        )
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls13_signature(
            message,
            cert,
            dss,
            &self.provider.signature_verification_algorithms,
        )
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider
            .signature_verification_algorithms
            .supported_schemes()
    }
}
