-- What apply.lua notes down about who has what when one gateway has all of it: nothing.
local is_shared = false
local function is_here() return true end
local function accepted() end
local function is_mine() return true end
local function left_inbox() end
local function is_my_reply() return true end
local function stored_reply() end
local function left_outbox() end
local function expired_replies() return {} end
local function comes_too_soon() return false end
