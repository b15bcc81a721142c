use argon2::{
    Algorithm, Argon2, Params, PasswordVerifier, Version,
    password_hash::{self, CustomizedPasswordHasher, phc::PasswordHash},
};

use super::password::Password;

/// Memory in KiB, passes and lanes: the least that OWASP's cheat sheet on password storage allows
/// for Argon2id, and what a login may cost on a small machine (20 ms, 19 MiB).
const MEMORY_KIB: u32 = 19_456;
const PASSES: u32 = 2;
const LANES: u32 = 1;

/// The hash of no password, at our cost: what is compared when there is no such user, so that the
/// answer takes as long.
pub(crate) const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$\
    bWFpbnN0YXkgbm9ib2R5IQ$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// Whether a stored hash is that of nobody: the user has no password of their own here.
pub(crate) fn is_nobodys(hash: &str) -> bool {
    hash.is_empty() || hash == NOBODY
}

/// Why a password could not be hashed or compared: a stored hash that is not one.
pub(crate) type HashError = password_hash::Error;

/// Hashes `password` by Argon2id (RFC 9106) with `salt`, as a PHC string.
pub(crate) fn hash(password: &Password, salt: [u8; 16]) -> Result<String, HashError> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None)?;
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params.clone());
    let hash: PasswordHash = argon2.hash_password_with_params(password.bytes(), &salt, params)?;
    Ok(hash.to_string())
}

/// Whether `password` is the one behind `hash`, at the cost that `hash` names.
pub(crate) fn is_match(password: &Password, hash: &str) -> Result<bool, HashError> {
    let hash = PasswordHash::new(hash).map_err(|_| HashError::EncodingInvalid)?;
    match Argon2::default().verify_password(password.bytes(), &hash) {
        Ok(()) => Ok(true),
        Err(HashError::PasswordInvalid) => Ok(false),
        Err(error) => Err(error),
    }
}

/// Whether `hash` was made at another cost than ours: then the next sign-in makes it anew.
pub(crate) fn is_outdated(hash: &str) -> bool {
    let ours = format!("$argon2id$v=19$m={MEMORY_KIB},t={PASSES},p={LANES}$");
    !hash.starts_with(&ours)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_same_bytes_match() {
        let stored = hash(&Password::new("Tern-river-88 湖"), [9; 16]).unwrap();
        assert!(stored.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{stored}");
        for (typed, expected) in [
            ("Tern-river-88 湖", true),
            ("tern-river-88 湖", false),
            ("Tern-river-88 湖 ", false),
            ("", false),
        ] {
            assert_eq!(is_match(&Password::new(typed), &stored).unwrap(), expected, "{typed}");
        }
    }

    #[test]
    fn nobody_matches_nothing_at_our_cost() {
        assert!(!is_match(&Password::new(""), NOBODY).unwrap());
        assert!(!is_outdated(NOBODY));
        assert!(is_outdated("$argon2id$v=19$m=8,t=1,p=1$c2FsdHNhbHQ$AAAA"));
    }

    #[test]
    fn damaged_hash_is_an_error_and_not_a_match() {
        assert!(is_match(&Password::new("x"), "$argon2id$v=19$nonsense").is_err());
    }
}
