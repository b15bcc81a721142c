use proptest::prelude::*;

use super::*;

fn fault(bytes: &[u8]) -> (usize, &'static str) {
    let fault = Part::whole(bytes).fields().find_map(Result::err).unwrap();
    (fault.at, fault.what)
}

#[test]
fn fields_come_back_as_they_were_written() {
    let mut message = Message::new();
    message
        .unsigned(1, 300)
        .signed(2, -1)
        .zigzag(3, -2)
        .double(4, -0.0)
        .text(5, "砥柱")
        .message(6, |inside| {
            inside.unsigned(1, 7);
        })
        .packed(7, [1, 128])
        .doubles(8, &[1.5, f64::INFINITY]);
    let bytes = message.into_bytes();
    let fields: Vec<Field<'_>> = Part::whole(&bytes).fields().map(Result::unwrap).collect();
    assert_eq!(fields[0].unsigned(), Ok(300));
    assert_eq!(fields[1].signed(), Ok(-1));
    assert_eq!(fields[2].zigzag(), Ok(-2));
    assert_eq!(fields[3].double().map(f64::to_bits), Ok((-0.0_f64).to_bits()));
    assert_eq!(fields[4].text(), Ok("砥柱"));
    let inside = fields[5].part().unwrap();
    assert_eq!(bytes[inside.at()..inside.end()], *inside.bytes());
    assert_eq!(inside.fields().next().unwrap().unwrap().unsigned(), Ok(7));
    let (mut whole, mut doubles) = (Vec::new(), Vec::new());
    fields[6].each_unsigned(|value| whole.push(value)).unwrap();
    fields[7].each_double(|value| doubles.push(value)).unwrap();
    assert_eq!((whole, doubles), (vec![1, 128], vec![1.5, f64::INFINITY]));
}

#[test]
fn malformed_bytes_are_named_with_their_place() {
    for (bytes, at, what) in [
        (&[0x08][..], 1, "a varint that is cut off"),
        (&[0x08, 0x80, 0x80], 1, "a varint that is cut off"),
        (
            &[0x08, 255, 255, 255, 255, 255, 255, 255, 255, 255, 2],
            1,
            "a varint of more than 64 bits",
        ),
        (&[0x00, 0x00], 0, "a field number out of range"),
        (&[0x0a, 0x03, 1, 2], 2, "a field longer than what is left"),
        (&[0x0a, 0xff, 0xff, 0xff, 0xff, 0x0f, 1], 6, "a field longer than what is left"),
        (&[0x09, 1, 2, 3], 1, "a number that is cut off"),
        (&[0x0d, 1, 2, 3], 1, "a number that is cut off"),
        (&[0x0b], 0, "a kind of field that proto3 has not"),
        (&[0x08, 1, 0x0f], 2, "a kind of field that proto3 has not"),
    ] {
        assert_eq!(fault(bytes), (at, what), "{bytes:?}");
    }
    let field = Part::whole(&[0x0a, 2, b'a', 0xff]).fields().next().unwrap().unwrap();
    assert_eq!(
        field.text().unwrap_err().to_string(),
        "read protobuf at byte 3: a string that is not UTF-8"
    );
    assert!(field.double().is_err() && field.unsigned().is_err());
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic_or_run_on(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let mut read = 0;
        for field in Part::whole(&bytes).fields() {
            read += 1;
            let Ok(field) = field else { break };
            let mut numbers = 0;
            // Whether it is one does not matter here.
            let _ = field.each_unsigned(|_| numbers += 1);
            let _ = field.each_double(|_| numbers += 1);
            let _ = field.text();
            prop_assert!(numbers <= bytes.len());
        }
        prop_assert!(read <= bytes.len());
    }

    #[test]
    fn numbers_survive(value in any::<u64>(), signed in any::<i64>()) {
        let mut message = Message::new();
        message.unsigned(1, value).zigzag(536_870_911, signed);
        let bytes = message.into_bytes();
        let mut fields = Part::whole(&bytes).fields().map(Result::unwrap);
        prop_assert_eq!(fields.next().unwrap().unsigned(), Ok(value));
        prop_assert_eq!(fields.next().unwrap().zigzag(), Ok(signed));
        prop_assert_eq!(unzigzag(zigzag(signed)), signed);
    }
}
