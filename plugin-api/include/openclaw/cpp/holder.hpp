// Which process holds a store that only one gateway may write to, as it is written into that store.
#pragma once

#include <string>
#include <string_view>

namespace openclaw::sdk {

/// "claw1, pid 4711 [boot/namespace/start]": what is in brackets says on which machine and in which
/// container that pid means something, and which of its owners was meant. [any thread]
std::string this_process();

enum class Fate { lives, gone, elsewhere };
/// What became of the process that wrote `holder`: elsewhere when it cannot be seen from here. [any
/// thread]
Fate fate_of_holder(std::string_view holder);

/// Without the brackets, for people.
std::string name_of_holder(std::string_view holder);

}  // namespace openclaw::sdk
