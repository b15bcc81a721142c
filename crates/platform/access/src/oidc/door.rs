use std::{future::Future, pin::Pin};

use http_kit::outgoing::{Outgoing, OutgoingError};
use openidconnect::{AsyncHttpClient, HttpRequest, HttpResponse};

/// How a provider is asked: over the house's own way out, with the certificates it needs.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Door<'a> {
    pub(crate) outgoing: &'a Outgoing,
    pub(crate) ca_pem: &'a str,
}

impl<'c> AsyncHttpClient<'c> for Door<'_> {
    type Error = OutgoingError;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, OutgoingError>> + Send + 'c>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(self.outgoing.ask(request, self.ca_pem))
    }
}
