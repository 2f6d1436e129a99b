"""Predicts a folder with PyTorch: torch_predict.py MODEL.h5 FOLDER TABLE SETTING

A setting is words with dashes: eager or compiled, nchw or nhwc, pil or tv (what decodes, torchvision.io being the
other), w2 or w0 (workers of the DataLoader)."""

import sys

import torch
from PIL import Image
from torchvision.io import ImageReadMode, decode_jpeg, read_file
from torchvision.transforms.functional import pil_to_tensor

import keras_file
import predict_files

torch.set_num_threads(2)


class Files(torch.utils.data.Dataset):
    def __init__(self, names, pil):
        self.names, self.pil = names, pil

    def __len__(self):
        return len(self.names)

    def __getitem__(self, i):
        if self.pil:
            return pil_to_tensor(Image.open(self.names[i]).convert("RGB"))
        return decode_jpeg(read_file(self.names[i]), ImageReadMode.RGB)


def main():
    model, folder, table, setting = sys.argv[1:5]
    how, order, decoder, workers = setting.split("-")
    layout = torch.channels_last if order == "nhwc" else torch.contiguous_format
    network = keras_file.torch_module(model).to(memory_format=layout)
    if how == "compiled":
        network = torch.compile(network)

    @torch.inference_mode()
    def answer(names):
        classes, chances = [], []
        loader = torch.utils.data.DataLoader(Files(names, decoder == "pil"), batch_size=predict_files.BATCH,
                                             num_workers=int(workers[1:]))
        for batch in loader:
            top = network(batch.float().to(memory_format=layout)).topk(predict_files.TOP)
            classes += top.indices.tolist()
            chances += top.values.tolist()
        return classes, chances

    predict_files.measure(folder, answer, table, f"PyTorch {torch.__version__}")


main()
