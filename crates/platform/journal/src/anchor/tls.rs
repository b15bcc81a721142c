use std::{fs, path::Path, sync::Arc};

use rustls::{
    ClientConfig, RootCertStore,
    crypto::ring,
    pki_types::{CertificateDer, pem::PemObject},
};

/// The certificates of authorities that are trusted: the machine's own, and the one given.
pub(crate) fn authorities(extra: Option<&Path>) -> Result<Vec<CertificateDer<'static>>, String> {
    let mut all = rustls_native_certs::load_native_certs().certs;
    if let Some(path) = extra {
        let unreadable = |said: String| format!("{}: {said}", path.display());
        let pem = fs::read(path).map_err(|error| unreadable(error.to_string()))?;
        let read: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&pem).collect();
        let read = read.map_err(|error| unreadable(error.to_string()))?;
        if read.is_empty() {
            return Err(unreadable("there is no certificate in it".to_owned()));
        }
        all.extend(read);
    }
    Ok(all)
}

/// TLS 1.2 or newer, certificates verified.
pub(crate) fn client(extra: Option<&Path>) -> Result<Arc<ClientConfig>, String> {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(authorities(extra)?);
    let provider = Arc::new(ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| error.to_string())?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(Arc::new(config))
}
