//! What stands for the bytes of a file.

use std::fmt;
use std::fs::File;
use std::io::Read;
use std::num::ParseIntError;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use twox_hash::XxHash3_128;

/// Bytes of a file that are read at a time.
const PIECE: usize = 1 << 16;

/// Tells bytes that somebody changed from those that were written: XXH3 of 128 bits, which no accident makes alike. It
/// keeps out nobody who means to deceive, for there is nothing to gain by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Hash(u128);

impl Hash {
    pub(super) fn of(bytes: &[u8]) -> Self {
        Self(XxHash3_128::oneshot(bytes))
    }

    /// The hash of what is left to read of a file.
    pub(super) fn of_rest(file: &mut File) -> std::io::Result<Self> {
        let (mut hash, mut piece) = (XxHash3_128::new(), vec![0; PIECE]);
        loop {
            match file.read(&mut piece)? {
                0 => return Ok(Self(hash.finish_128())),
                length => hash.write(&piece[..length]),
            }
        }
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}

impl FromStr for Hash {
    type Err = ParseIntError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        u128::from_str_radix(text, 16).map(Self)
    }
}

impl Serialize for Hash {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Hash {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Seek, Write};

    use super::*;

    #[test]
    fn a_hash_is_what_its_text_says() {
        let hash = Hash::of(b"abc");
        let text = hash.to_string();
        assert_eq!(text, "06b05ab6733a618578af5f94892f3950");
        assert_eq!(text.parse(), Ok(hash));
        for wrong in ["", &text.replace('b', "g"), &format!("{text}00"), "sha256"] {
            assert!(wrong.parse::<Hash>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_file_has_the_hash_of_its_bytes() {
        let bytes: Vec<u8> = (0..3 * PIECE).map(|at| (at % 251) as u8).collect();
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(&bytes).unwrap();
        file.rewind().unwrap();
        assert_eq!(Hash::of_rest(&mut file).unwrap(), Hash::of(&bytes));
    }
}
