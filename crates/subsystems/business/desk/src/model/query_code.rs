use sha2::{Digest as _, Sha256};

use super::stamp::hex;

/// Crockford's base 32: no letter that is taken for a digit.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// 20 characters of 5 bits: 100 bits that nobody guesses.
const CHARS: usize = 20;
const GROUP: usize = 5;

/// The code of 256 unpredictable bits, of which it takes 100: `4F7QK-…`.
#[must_use]
pub(crate) fn code_of(secret: &[u8; 32]) -> String {
    let mut code = String::new();
    for at in 0..CHARS {
        if at > 0 && at % GROUP == 0 {
            code.push('-');
        }
        // A byte's lower five bits are as unpredictable as the byte.
        code.push(char::from(ALPHABET[usize::from(secret[at] & 31)]));
    }
    code
}

/// What is kept of a code. People write it with or without dashes, in small letters, and with O
/// for 0 or I and L for 1; what is no code at all has a hash like any other, so that it is looked
/// for in the same way.
#[must_use]
pub(crate) fn hash_of(code: &str) -> String {
    let plain: String = code
        .chars()
        .filter(|c| !c.is_whitespace() && *c != '-')
        .take(2 * CHARS)
        .map(|c| match c.to_ascii_uppercase() {
            'O' => '0',
            'I' | 'L' => '1',
            other => other,
        })
        .collect();
    hex(&Sha256::digest(plain))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_is_read_as_people_write_it() {
        let code = code_of(&std::array::from_fn(|at| u8::try_from(at * 7).unwrap_or(0)));
        assert_eq!((code.len(), code.split('-').count()), (23, 4));
        let hash = hash_of(&code);
        assert_eq!(hash_of(&code.to_lowercase().replace('-', " ")), hash);
        assert_eq!(hash_of(&code.replace('0', "O").replace('1', "l")), hash);
        assert_ne!(hash_of(&code[1..]), hash);
    }
}
