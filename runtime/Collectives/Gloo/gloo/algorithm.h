#include "runtime/Collectives/Gloo/GlooTypes.h"
