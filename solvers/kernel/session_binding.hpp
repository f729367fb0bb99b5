// The Python face of the session.
#pragma once

#include <nanobind/nanobind.h>

namespace kernel {

void bind_session(nanobind::module_& module);

}  // namespace kernel
