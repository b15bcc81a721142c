use tokio::{net::TcpListener, task::JoinHandle};

use crate::far_side::listener;

/// Something that is watched: it answers on a port of loopback, or does not.
#[derive(Debug)]
pub(crate) struct Machine {
    /// The resource's id.
    pub(crate) id: String,
    /// What it is reached through.
    pub(crate) behind: Option<String>,
    pub(crate) port: u16,
    answering: Option<JoinHandle<()>>,
}

impl Machine {
    /// One that answers and is not in the register yet.
    pub(crate) async fn answering(behind: Option<String>) -> anyhow::Result<Self> {
        let listener = listener().await?;
        let port = listener.local_addr()?.port();
        let answering = Some(tokio::spawn(answer(listener)));
        Ok(Self { id: String::new(), behind, port, answering })
    }

    pub(crate) async fn fall_silent(&mut self) {
        if let Some(answering) = self.answering.take() {
            answering.abort();
            // Its port is closed when this returns; that it was aborted is what was wanted.
            drop(answering.await);
        }
    }

    /// Errors: its port was taken meanwhile.
    pub(crate) async fn answer_again(&mut self) -> anyhow::Result<()> {
        if self.answering.is_none() {
            let listener = TcpListener::bind(("127.0.0.1", self.port)).await?;
            self.answering = Some(tokio::spawn(answer(listener)));
        }
        Ok(())
    }
}

impl Drop for Machine {
    fn drop(&mut self) {
        if let Some(answering) = &self.answering {
            answering.abort();
        }
    }
}

async fn answer(listener: TcpListener) {
    while let Ok((stream, _)) = listener.accept().await {
        drop(stream);
    }
}
