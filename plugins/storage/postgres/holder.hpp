// Which process holds a gateway's name, as it is written into the store.
#pragma once

#include <string>
#include <string_view>

namespace openclaw::postgres {

/// "claw1, pid 4711 [boot/namespace/start]": what is in brackets says on which machine and in which
/// container that pid means something, and which of its owners was meant.
std::string this_process();

enum class Fate { lives, gone, elsewhere };
/// What became of the process that wrote `holder`: elsewhere when it cannot be seen from here.
Fate fate_of(std::string_view holder);

/// Without the brackets, for people.
std::string name_of(std::string_view holder);

}  // namespace openclaw::postgres
