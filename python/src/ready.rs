//! What can be awaited and is over at once, so that `async with` costs little where nobody waits.
//!
//! An interpreter that asks `am_send` gets the result as it is; one that asks `tp_iternext` gets a
//! StopIteration that holds it. Both are of the stable ABI, but PyO3 has no name for the former, and an
//! exception for each `async with` takes longer than all of the rest.

use core::{ffi::c_void, ptr};

use pyo3::{ffi, prelude::*, sync::PyOnceLock};

/// Ends with 0.0: nobody had to wait.
static NO_WAIT: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
/// Ends with None: there was nothing to do.
static NOTHING: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
/// The seconds that were waited.
static ZERO: PyOnceLock<Py<PyAny>> = PyOnceLock::new();

/// Makes them; before that [`no_wait`] and the others are null.
pub(crate) fn install(py: Python<'_>) -> PyResult<()> {
    ZERO.get_or_init(py, || pyo3::types::PyFloat::new(py, 0.0).into_any().unbind());
    let no_wait = made(py, c"tidegate._core._NoWait", send_zero, next_zero)?;
    NO_WAIT.get_or_init(py, || no_wait);
    let nothing = made(py, c"tidegate._core._Nothing", send_none, next_none)?;
    NOTHING.get_or_init(py, || nothing);
    Ok(())
}

/// A new reference.
pub(crate) fn no_wait(py: Python<'_>) -> *mut ffi::PyObject {
    reference(py, &NO_WAIT)
}

/// A new reference.
pub(crate) fn nothing(py: Python<'_>) -> *mut ffi::PyObject {
    reference(py, &NOTHING)
}

/// A new reference to the float 0.0.
pub(crate) fn zero(py: Python<'_>) -> *mut ffi::PyObject {
    reference(py, &ZERO)
}

#[inline]
fn reference(py: Python<'_>, it: &PyOnceLock<Py<PyAny>>) -> *mut ffi::PyObject {
    it.get(py).map_or(ptr::null_mut(), |it| it.clone_ref(py).into_ptr())
}

type Send = unsafe extern "C" fn(
    *mut ffi::PyObject,
    *mut ffi::PyObject,
    *mut *mut ffi::PyObject,
) -> ffi::PySendResult;
type Unary = unsafe extern "C" fn(*mut ffi::PyObject) -> *mut ffi::PyObject;

/// The one object of a class of its own.
fn made(
    py: Python<'_>,
    name: &'static core::ffi::CStr,
    send: Send,
    next: Unary,
) -> PyResult<Py<PyAny>> {
    let slot = |slot, pfunc: *mut c_void| ffi::PyType_Slot { slot, pfunc };
    let itself: Unary = itself;
    let mut slots = [
        slot(ffi::Py_am_await, itself as *mut c_void),
        slot(ffi::Py_am_send, send as *mut c_void),
        slot(ffi::Py_tp_iter, itself as *mut c_void),
        slot(ffi::Py_tp_iternext, next as *mut c_void),
        slot(0, ptr::null_mut()),
    ];
    let mut spec = ffi::PyType_Spec {
        name: name.as_ptr(),
        basicsize: 0, // as `object`
        itemsize: 0,
        flags: ffi::Py_TPFLAGS_DEFAULT as core::ffi::c_uint,
        slots: slots.as_mut_ptr(),
    };
    // SAFETY: the name lives for ever; the slots hold functions of their types and end with 0. What comes
    // back is a new reference, or null with an exception set.
    let class = unsafe { Bound::from_owned_ptr_or_err(py, ffi::PyType_FromSpec(&mut spec))? };
    Ok(class.call0()?.unbind())
}

/// # Safety
///
/// `slf` is alive and the thread is attached, as of all functions below.
unsafe extern "C" fn itself(slf: *mut ffi::PyObject) -> *mut ffi::PyObject {
    // SAFETY: the caller's.
    unsafe { ffi::Py_NewRef(slf) }
}

unsafe extern "C" fn send_zero(
    _slf: *mut ffi::PyObject,
    _value: *mut ffi::PyObject,
    result: *mut *mut ffi::PyObject,
) -> ffi::PySendResult {
    // SAFETY: the thread is attached, and `result` is where the interpreter wants it.
    unsafe { *result = zero(Python::assume_attached()) };
    ffi::PySendResult::PYGEN_RETURN
}

unsafe extern "C" fn next_zero(_slf: *mut ffi::PyObject) -> *mut ffi::PyObject {
    // SAFETY: the thread is attached.
    unsafe {
        let zero = zero(Python::assume_attached());
        ffi::PyErr_SetObject(ffi::PyExc_StopIteration, zero);
        ffi::Py_XDECREF(zero);
    }
    ptr::null_mut()
}

unsafe extern "C" fn send_none(
    _slf: *mut ffi::PyObject,
    _value: *mut ffi::PyObject,
    result: *mut *mut ffi::PyObject,
) -> ffi::PySendResult {
    // SAFETY: the thread is attached, and `result` is where the interpreter wants it.
    unsafe { *result = ffi::Py_NewRef(ffi::Py_None()) };
    ffi::PySendResult::PYGEN_RETURN
}

/// Ends without a word: None.
unsafe extern "C" fn next_none(_slf: *mut ffi::PyObject) -> *mut ffi::PyObject {
    ptr::null_mut()
}
