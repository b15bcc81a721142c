use db::Tx;
use http_kit::outgoing::trusted;
use journal::Entry;
use kernel::{Caller, FieldFault, Id, Text};
use rustls::RootCertStore;

use crate::{
    DESTINATION_CHANGE, DESTINATION_READ, Destination, DestinationDraft, DestinationId,
    DestinationSettings, Remote, RemoteError,
    facts::{DestinationChanged, DestinationCreated, DestinationRemoved, DestinationSnapshot},
    remote::permit,
    store,
};

impl Remote {
    /// All destinations, the oldest first.
    ///
    /// Errors: [`RemoteError::NotAllowed`].
    pub async fn destinations(&self, caller: &Caller) -> Result<Vec<Destination>, RemoteError> {
        permit(caller, DESTINATION_READ)?;
        store::destinations::all(self.inner.db.reader()).await
    }

    /// One destination.
    ///
    /// Errors: [`RemoteError::NotAllowed`], [`RemoteError::DestinationNotFound`].
    pub async fn destination(
        &self,
        caller: &Caller,
        id: DestinationId,
    ) -> Result<Destination, RemoteError> {
        permit(caller, DESTINATION_READ)?;
        let found = store::destinations::load(self.inner.db.reader(), id).await?;
        found.ok_or(RemoteError::DestinationNotFound { id })
    }

    /// Makes a destination: what is stored from now on goes there. Who names a secret must be
    /// allowed to use it.
    ///
    /// Errors: [`RemoteError::NotAllowed`], [`RemoteError::WrongInput`],
    /// [`RemoteError::NameTaken`], [`RemoteError::HistoryTaken`], [`RemoteError::TooMany`].
    pub async fn create_destination(
        &self,
        caller: &Caller,
        draft: DestinationDraft,
    ) -> Result<Destination, RemoteError> {
        permit(caller, DESTINATION_CHANGE)?;
        check(&draft)?;
        self.permit_secret(caller, &draft.settings, None).await?;
        let now = self.now();
        let DestinationDraft { name, settings, enabled } = draft;
        let id = Id::new(self.inner.ids.as_ref(), self.inner.clock.as_ref());
        let destination = Destination {
            id,
            name,
            settings,
            enabled,
            version: 1,
            created_at: now,
            updated_at: now,
        };
        let mut tx = self.inner.db.begin().await?;
        let others = among_others(&mut tx, &destination).await?;
        if others >= store::destinations::DESTINATIONS_MAX as usize {
            return Err(RemoteError::TooMany { limit: store::destinations::DESTINATIONS_MAX });
        }
        store::destinations::insert(&mut tx, &destination).await?;
        let fact = DestinationCreated { destination_id: id, name: destination.name.clone() };
        let entry = Entry::new(caller, now, &fact).after(&DestinationSnapshot::from(&destination));
        journal::append(&mut tx, entry).await?;
        tx.commit().await?;
        self.apply(destination.clone())?;
        Ok(destination)
    }

    /// Makes version `version` of a destination what the draft says, at once; what waits for it
    /// stays, and goes where the destination is now.
    ///
    /// Errors: as [`Remote::create_destination`], [`RemoteError::DestinationNotFound`],
    /// [`RemoteError::VersionDiffers`].
    pub async fn change_destination(
        &self,
        caller: &Caller,
        id: DestinationId,
        version: i64,
        draft: DestinationDraft,
    ) -> Result<Destination, RemoteError> {
        permit(caller, DESTINATION_CHANGE)?;
        check(&draft)?;
        let found = store::destinations::load(self.inner.db.reader(), id).await?;
        let seen = found.ok_or(RemoteError::DestinationNotFound { id })?;
        self.permit_secret(caller, &draft.settings, Some(&seen.settings)).await?;
        let now = self.now();
        let mut tx = self.inner.db.begin().await?;
        let before = at_version(&mut tx, id, version).await?;
        let DestinationDraft { name, settings, enabled } = draft;
        let after = Destination {
            name,
            settings,
            enabled,
            version: version + 1,
            updated_at: now,
            ..before.clone()
        };
        among_others(&mut tx, &after).await?;
        store::destinations::update(&mut tx, &after).await?;
        let fact = DestinationChanged { destination_id: id, name: after.name.clone() };
        let entry = Entry::new(caller, now, &fact)
            .before(&DestinationSnapshot::from(&before))
            .after(&DestinationSnapshot::from(&after));
        journal::append(&mut tx, entry).await?;
        tx.commit().await?;
        self.apply(after.clone())?;
        Ok(after)
    }

    /// Removes a destination and gives up what waits for it.
    ///
    /// Errors: [`RemoteError::NotAllowed`], [`RemoteError::DestinationNotFound`],
    /// [`RemoteError::VersionDiffers`].
    pub async fn remove_destination(
        &self,
        caller: &Caller,
        id: DestinationId,
        version: i64,
    ) -> Result<(), RemoteError> {
        permit(caller, DESTINATION_CHANGE)?;
        let now = self.now();
        let waiting = self.lines().get(&id).map_or(0, |line| line.queue.standing().samples);
        let mut tx = self.inner.db.begin().await?;
        let before = at_version(&mut tx, id, version).await?;
        store::destinations::delete(&mut tx, id).await?;
        let fact = DestinationRemoved {
            destination_id: id,
            name: before.name.clone(),
            samples_waiting: waiting,
        };
        let entry = Entry::new(caller, now, &fact).before(&DestinationSnapshot::from(&before));
        journal::append(&mut tx, entry).await?;
        tx.commit().await?;
        self.forget(id)
    }

    /// A secret that is named anew, or shown to somebody else, must be the caller's to use:
    /// otherwise whoever may make destinations could have any secret sent to themselves.
    async fn permit_secret(
        &self,
        caller: &Caller,
        settings: &DestinationSettings,
        before: Option<&DestinationSettings>,
    ) -> Result<(), RemoteError> {
        let Some(id) = settings.secret_id else { return Ok(()) };
        if before.is_some_and(|before| !settings.leads_elsewhere(before)) {
            return Ok(());
        }
        let expected = Text::new("the id of a secret", "密钥凭据的编号");
        let missing =
            || RemoteError::from(vec![FieldFault::new("settings.secret_id", id, expected)]);
        let Some(vault) = self.vault() else { return Err(missing()) };
        match vault.permit_use(caller, id).await {
            Ok(_) => Ok(()),
            Err(vault::VaultError::SecretNotFound { .. }) => Err(missing()),
            Err(error) => Err(error.into()),
        }
    }
}

/// Errors: every wrong field.
fn check(draft: &DestinationDraft) -> Result<(), RemoteError> {
    draft.checked()?;
    if let Err(error) = trusted(&RootCertStore::empty(), &draft.settings.ca_pem) {
        let expected = Text::new(
            format!("certificates in PEM ({error})"),
            format!("PEM 格式的证书（{}）", error.text().zh),
        );
        return Err(vec![FieldFault::new("settings.ca_pem", "", expected)].into());
    }
    Ok(())
}

async fn at_version(
    tx: &mut Tx,
    id: DestinationId,
    version: i64,
) -> Result<Destination, RemoteError> {
    match store::destinations::load(tx.connection(), id).await? {
        None => Err(RemoteError::DestinationNotFound { id }),
        Some(destination) if destination.version != version => Err(RemoteError::VersionDiffers),
        Some(destination) => Ok(destination),
    }
}

/// How many others there are, when the destination gets on with them.
async fn among_others(tx: &mut Tx, destination: &Destination) -> Result<usize, RemoteError> {
    let mut others = store::destinations::all_in(tx).await?;
    others.retain(|other| other.id != destination.id);
    let folded = destination.name.to_lowercase();
    if others.iter().any(|other| other.name.to_lowercase() == folded) {
        return Err(RemoteError::NameTaken { name: destination.name.clone() });
    }
    let reading = others.iter().find(|other| other.settings.history_url.is_some());
    match (&destination.settings.history_url, reading) {
        (Some(_), Some(other)) => Err(RemoteError::HistoryTaken { name: other.name.clone() }),
        _ => Ok(others.len()),
    }
}
