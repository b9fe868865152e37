//! What is written is what is read, and what lies behind a value is found.

use crate::{
    Arguments, BigInt, Either, External, FromJs, Output, ToJs, Value,
    layout::{
        ARRAY, BIGINT, BYTES, NEGATIVE, NULL, OBJECT, OVER_64, OVER_128, SHARED_BYTES, STRING,
        UNDEFINED,
    },
    value::Items,
};

fn written(write: impl FnOnce(&mut Output)) -> Output {
    let mut out = Output::new();
    write(&mut out);
    out
}

fn read<'a, T: FromJs<'a>>(out: &'a Output) -> Option<T> {
    // SAFETY: whole values were written, and `out` is borrowed as long as they are read.
    T::read(unsafe { Value::at(out.words().as_ptr()) })
}

#[test]
fn numbers_texts_and_bytes_come_back() {
    assert_eq!(read(&written(|out| 2.5.write(out))), Some(2.5));
    assert_eq!(read(&written(|out| 7_u32.write(out))), Some(7_u32));
    assert_eq!(read(&written(|out| true.write(out))), Some(true));
    for text in ["", "a", "eight by", "nine byte", "µ§ ∞"] {
        let out = written(|out| text.to_owned().write(out));
        assert_eq!(read(&out), Some(text));
        assert_eq!(out.words().len(), 1 + text.len().div_ceil(8));
    }
    for tag in [BYTES, SHARED_BYTES] {
        let out = written(|out| out.octets(tag, &[1, 0, 255]));
        assert_eq!(read(&out), Some(&[1, 0, 255][..]));
    }
}

#[test]
fn another_type_is_none() {
    let text = written(|out| "1".to_owned().write(out));
    assert_eq!(read::<f64>(&text), None);
    assert_eq!(read::<Option<bool>>(&text), None);
    assert!(read::<BigInt>(&text).is_none());
    assert_eq!(read::<Vec<f64>>(&text), None);
    let number = written(|out| 1.0.write(out));
    assert_eq!(read::<&str>(&number), None);
    assert_eq!(read::<&[u8]>(&number), None);
}

#[test]
fn bigints_say_what_fits() {
    let read_of = |flags, low, high| {
        let out = written(|out| out.triple(BIGINT, flags, [low, high]));
        let number: BigInt = read(&out).unwrap();
        (number.get_u64(), number.get_u128())
    };
    assert_eq!(read_of(0, 5, 0), ((false, 5, true), (false, 5, true)));
    assert_eq!(read_of(NEGATIVE, 5, 0), ((true, 5, false), (true, 5, true)));
    let wide = 1_u128 << 64 | 5;
    assert_eq!(read_of(OVER_64, 5, 1), ((false, 5, false), (false, wide, true)));
    assert_eq!(read_of(OVER_64 | OVER_128, 5, 1), ((false, 5, false), (false, wide, false)));
    assert_eq!(BigInt::from(wide).get_u64(), (false, 5, false));
    assert_eq!(BigInt::from(-3_i64).get_u64(), (true, 3, false));
}

#[test]
fn nothing_and_null_are_no_value() {
    for tag in [UNDEFINED, NULL] {
        let out = written(|out| out.head(tag, 0));
        assert_eq!(read::<Option<f64>>(&out), Some(None));
        assert_eq!(read::<f64>(&out), None);
    }
}

#[test]
fn either_is_the_first_that_fits() {
    let number = written(|out| 1.0.write(out));
    assert!(matches!(read(&number), Some(Either::<f64, BigInt>::A(1.0))));
    let bigint = written(|out| BigInt::from(1_u64).write(out));
    assert!(matches!(read(&bigint), Some(Either::<f64, BigInt>::B(_))));
}

#[test]
fn members_are_found_behind_values_of_any_length() {
    let out = written(|out| {
        out.head(OBJECT, 4);
        out.octets(STRING, b"list");
        out.head(ARRAY, 2);
        out.octets(STRING, b"a text of some words");
        BigInt::from(1_u64).write(out);
        out.octets(STRING, b"none");
        out.head(OBJECT, 0);
        out.octets(STRING, b"bytes");
        out.octets(BYTES, &[0; 17]);
        out.octets(STRING, b"last");
        9.0.write(out);
    });
    // SAFETY: as above.
    let object = unsafe { Value::at(out.words().as_ptr()) };
    assert_eq!(f64::read(object.member("last")), Some(9.0));
    assert_eq!(object.member("list").items().unwrap().count(), 2);
    assert_eq!(object.member("absent").tag(), UNDEFINED);
}

#[test]
fn arguments_that_were_not_given_are_undefined() {
    let out = written(|out| 4.0.write(out));
    // SAFETY: one value was written.
    let mut arguments = Arguments(unsafe { Items::new(out.words().as_ptr(), 1) });
    assert_eq!(f64::take(&mut arguments), Some(4.0));
    assert_eq!(<Option<f64> as FromJs>::take(&mut arguments), Some(None));
    assert_eq!(f64::take(&mut arguments), None);
}

#[test]
fn absent_members_are_not_written() {
    let out = written(|out| {
        let object = out.object();
        out.member(object, "there", 1.0);
        out.member(object, "absent", None::<f64>);
    });
    assert_eq!(out.words()[0] >> 32, 1);
}

#[test]
fn an_external_is_only_what_it_is() {
    let out = written(|out| External::new(5_u8).write(out));
    assert_eq!(read::<&External<u8>>(&out).map(|it| **it), Some(5));
    assert!(read::<&External<i8>>(&out).is_none());
    // SAFETY: it is not used any more.
    unsafe { crate::memory::release(out.words()[1] as usize as *mut ()) };
}
