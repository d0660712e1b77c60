"""GPT-2 in PyTorch eager, as one would write it by hand."""

import torch
import torch.nn.functional as F


class Block(torch.nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.heads = heads
        self.ln_1 = torch.nn.LayerNorm(width)
        self.attn = torch.nn.Linear(width, 3 * width)
        self.attn_out = torch.nn.Linear(width, width)
        self.ln_2 = torch.nn.LayerNorm(width)
        self.fc = torch.nn.Linear(width, 4 * width)
        self.fc_out = torch.nn.Linear(4 * width, width)

    def forward(self, x):
        batch, length, width = x.shape
        q, k, v = self.attn(self.ln_1(x)).split(width, dim=2)
        q, k, v = (t.view(batch, length, self.heads, -1).transpose(1, 2) for t in (q, k, v))
        y = F.scaled_dot_product_attention(q, k, v, is_causal=True)
        x = x + self.attn_out(y.transpose(1, 2).reshape(batch, length, width))
        return x + self.fc_out(F.gelu(self.fc(self.ln_2(x)), approximate="tanh"))


class Gpt(torch.nn.Module):
    def __init__(self, config):
        super().__init__()
        width = config["n_embd"]
        self.wte = torch.nn.Embedding(config["vocab_size"], width)
        self.wpe = torch.nn.Embedding(config["n_positions"], width)
        self.blocks = torch.nn.ModuleList(
            Block(width, config["n_head"]) for _ in range(config["n_layer"]))
        self.ln_f = torch.nn.LayerNorm(width)

    def forward(self, inputs, targets):
        x = self.wte(inputs) + self.wpe(torch.arange(inputs.shape[1], device=inputs.device))
        for block in self.blocks:
            x = block(x)
        scores = F.linear(self.ln_f(x), self.wte.weight)
        return F.cross_entropy(scores.view(-1, scores.shape[-1]), targets.view(-1))

    def load(self, tensors):
        """Hugging Face's names; its Conv1D weights are [in, out]."""
        names = {"attn.c_attn": "attn", "attn.c_proj": "attn_out", "mlp.c_fc": "fc", "mlp.c_proj": "fc_out"}
        state = {}
        for name, tensor in tensors.items():
            name = name.removeprefix("transformer.")
            if name.startswith("h."):
                name = "blocks." + name[2:]
                for theirs, ours in names.items():
                    if f".{theirs}." in name:
                        name = name.replace(theirs, ours)
                        tensor = tensor.t().contiguous() if tensor.dim() == 2 else tensor
                        break
            state[name] = tensor
        self.load_state_dict(state)
