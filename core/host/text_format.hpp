// Reads a manifest's `text`: what messages a channel's platform takes.
#pragma once

#include "core/host/manifest_reader.hpp"
#include "core/render/messages.hpp"

namespace openclaw::host {

/// `text` reads the mapping itself. What it leaves out keeps its default in `format`.
void read_text_format(FieldReader& text, render::Format& format);

}  // namespace openclaw::host
